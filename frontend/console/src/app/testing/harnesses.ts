import { ComponentHarness } from '@angular/cdk/testing';

const trimmed = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The panel at the side of a list page. */
export class SidePanelHarness extends ComponentHarness {
  static readonly hostSelector = 'bsd-side-panel';
  readonly #button = this.locatorFor('.side__f .btn--main');

  /** `<test id>: <heading>`. */
  async title(): Promise<string> {
    const heading = await (await this.locatorFor('.side__h h2')()).text();
    return `${await (await this.host()).getAttribute('data-testid')}: ${trimmed(heading)}`;
  }

  async close(): Promise<void> {
    await (await this.locatorFor('[data-testid=panel-close]')()).click();
  }

  /** Writes into a field as a person does: the old text goes, the field is left. */
  async fill(testId: string, text: string): Promise<void> {
    const field = await this.locatorFor(`[data-testid=${testId}]`)();
    await field.clear();
    if (text) await field.sendKeys(text);
    await field.blur();
  }

  async value(testId: string): Promise<string> {
    return await (await this.locatorFor(`[data-testid=${testId}]`)()).getProperty<string>('value');
  }

  /** The id of the test of what has the focus; null when it is not in the panel. */
  async focused(): Promise<string | null> {
    const element = await this.locatorForOptional('.side__b :focus')();
    return (await element?.getAttribute('data-testid')) ?? null;
  }

  async errors(): Promise<readonly string[]> {
    const all = await this.locatorForAll('[data-testid=field-error]')();
    return await Promise.all(all.map(async (one) => trimmed(await one.text())));
  }

  async check(selector: string): Promise<void> {
    await (await this.locatorFor(selector)()).click();
  }

  /** Presses the button the panel is for. */
  async act(): Promise<void> {
    await (await this.#button()).click();
  }

  async idle(): Promise<boolean> {
    return (await (await this.#button()).getAttribute('aria-disabled')) === 'true';
  }

  async text(selector: string): Promise<string | null> {
    const element = await this.locatorForOptional(selector)();
    return element && trimmed(await element.text());
  }
}

/** A list of the settings with its head, search, states and panel. */
export class ListPageHarness extends ComponentHarness {
  static readonly hostSelector = 'bsd-list-page';
  readonly panel = this.locatorForOptional(SidePanelHarness);

  async head(): Promise<string> {
    return trimmed(await (await this.locatorFor('.bar')()).text());
  }

  /** Words of every row, whatever its element. */
  async rows(): Promise<readonly string[]> {
    const rows = await this.locatorForAll('.scroll [data-testid$=-row], .scroll [data-testid=api-key]')();
    return await Promise.all(rows.map(async (row) => trimmed(await row.text())));
  }

  /** What stands in place of the rows: skeleton, failure, nothing at all, nothing found; empty while there are rows. */
  async state(): Promise<string> {
    const [empty, skeleton] = await Promise.all([
      this.locatorForOptional('.scroll > .empty h2')(),
      this.locatorForOptional('.scroll > [aria-hidden]')(),
    ]);
    return empty ? trimmed(await empty.text()) : skeleton ? 'skeleton' : '';
  }

  async trouble(): Promise<string> {
    return trimmed((await (await this.locatorForOptional('.tools__bad')())?.text()) ?? '');
  }

  async search(text: string): Promise<void> {
    const box = await this.locatorFor('.tools .search input')();
    await box.clear();
    if (text) await box.sendKeys(text);
  }

  async press(selector: string): Promise<void> {
    await (await this.locatorFor(selector)()).click();
  }

  /** Whether this is where the focus is. */
  async focused(selector: string): Promise<boolean> {
    return await (await this.locatorFor(selector)()).isFocused();
  }
}
