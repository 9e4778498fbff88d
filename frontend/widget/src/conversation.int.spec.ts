import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startBrowser, visit, type WidgetOnPage, until } from './testing/browser.js';
import { StandIn } from './testing/stand-in.js';

let browser: Browser;
let server: StandIn;
let widget: WidgetOnPage;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
});
afterEach(async () => {
  await widget.close();
  await server.stop();
});

async function begin(): Promise<void> {
  server = await StandIn.start();
  widget = await visit(browser, `${server.url}/demo`);
}

const stateOf = (index: number): Promise<string | null> => widget.messages.nth(index).getAttribute('data-state');

describe('a conversation', () => {
  it('goes both ways, in the page’s language, and survives a reload', async () => {
    await begin();
    await widget.open();
    expect(await widget.launcher.getAttribute('aria-label')).toMatch(/, Открыть чат$/);
    expect(await widget.composer.evaluate((field) => field === document.activeElement)).toBe(true);
    await widget.write('Есть ли «Хибины» 42 размера?');
    await until(async () => (await stateOf(0)) === 'sent', { what: 'the message to be sent' });
    expect(await widget.messages.first().getAttribute('data-author')).toBe('contact');
    server.state.answer(server.contactId, 'Есть, отложить?');
    await widget.messages.nth(1).waitFor();
    expect(await widget.messages.nth(1).getAttribute('data-author')).toBe('operator');
    await until(() => server.state.of(server.contactId)[0]?.readSeq === 3, { what: 'the read receipt' });
    await widget.page.reload();
    await widget.open();
    expect(await widget.texts()).toEqual(['Есть ли «Хибины» 42 размера?', 'Есть, отложить?']);
    expect(await widget.messages.evaluateAll((all) => all.map((one) => one.getAttribute('data-seq')))).toEqual([
      '2',
      '3',
    ]);
  });

  it('shows unread messages on the launcher and opens at the composer', async () => {
    await begin();
    await widget.launcher.waitFor();
    server.state.answer(server.contactId, 'Можем подсказать?');
    await widget.page.getByTestId('widget-unread').waitFor();
    expect(await widget.page.getByTestId('widget-unread').innerText()).toBe('1');
    expect(await widget.page.getByTestId('widget-preview').innerText()).toContain('Можем подсказать?');
    expect(await widget.page.title()).toMatch(/^\(1\) /);
    await until(() => server.state.of(server.contactId)[0]?.deliveredSeq === 2, { what: 'the delivery receipt' });
    expect(server.state.of(server.contactId)[0]?.readSeq).toBe(0);
    await widget.open();
    await until(() => server.state.of(server.contactId)[0]?.readSeq === 2, { what: 'the read receipt' });
    await widget.composer.press('Escape');
    await widget.launcher.waitFor();
    expect(await widget.page.getByTestId('widget-unread').isVisible()).toBe(false);
    expect(
      await widget.launcher.evaluate(
        (button) =>
          button.getRootNode() instanceof ShadowRoot && (button.getRootNode() as ShadowRoot).activeElement === button,
      ),
    ).toBe(true);
    expect(await widget.page.title()).not.toMatch(/^\(/);
  });

  it('does not show a preview again that was closed, on this page or the next', async () => {
    await begin();
    await widget.launcher.waitFor();
    const preview = widget.page.getByTestId('widget-preview');
    server.state.answer(server.contactId, 'Первое');
    await preview.waitFor();
    await widget.page.getByRole('button', { name: 'Скрыть сообщение' }).click();
    await preview.waitFor({ state: 'hidden' });
    await widget.page.reload();
    await widget.page.getByTestId('widget-unread').waitFor();
    expect(await preview.isVisible()).toBe(false);
    server.state.answer(server.contactId, 'Второе');
    await preview.waitFor();
    expect(await preview.innerText()).toContain('Второе');
    await preview.getByText('Второе').click();
    await widget.composer.waitFor();
  });

  it('lists the visitor’s dialogs and starts another when the last one is finished', async () => {
    await begin();
    await widget.open();
    await widget.write('Первый вопрос');
    await until(async () => (await stateOf(0)) === 'sent', { what: 'the first message' });
    const [first] = server.state.of(server.contactId);
    if (!first) throw new Error('no dialog');
    first.status = 'finalized';
    server.state.append(first, 'dialog.finalized', { reason: 'reopen-window' }, server.state.operator);
    await widget.frame.getByText('Разговор завершён').waitFor();
    await widget.write('Второй вопрос');
    await until(async () => (await widget.texts()).join() === 'Второй вопрос', {
      what: 'the new dialog to be in sight',
    });
    expect(server.bodies('POST /api/widget/messages').at(-1)).not.toHaveProperty('dialogId');
    server.state.message(first, 'operator', server.state.operator, { text: 'Ответ на первый' });
    await widget.frame.getByRole('button', { name: 'Все диалоги, непрочитанных в других: 1' }).click();
    const rows = widget.frame.getByRole('listitem');
    await until(async () => (await rows.count()) === 2, { what: 'both dialogs' });
    expect(await rows.nth(0).innerText()).toContain('Ответ на первый');
    await rows.nth(0).getByRole('button').click();
    await until(async () => (await widget.texts()).join() === 'Первый вопрос,Ответ на первый', {
      what: 'the first dialog',
    });
    await until(() => first.readSeq === first.events.length, { what: 'the answer to be read' });
    expect(await widget.frame.getByRole('button', { name: 'Все диалоги', exact: true }).count()).toBe(1);
  });

  it('reopens a closed dialog without a reload and shows messages of other tabs once', async () => {
    await begin();
    await widget.open();
    await widget.write('раз');
    await until(async () => (await stateOf(0)) === 'sent', { what: 'the first message' });
    const [dialog] = server.state.of(server.contactId);
    if (!dialog) throw new Error('no dialog');
    dialog.status = 'closed';
    server.state.append(dialog, 'dialog.closed', { reason: 'manual' }, server.state.operator);
    server.state.hide(dialog);
    await widget.frame.getByText('Разговор закрыт. Можно написать снова.').waitFor();
    await widget.write('два');
    await until(async () => (await stateOf(1)) === 'sent', { what: 'the second message' });
    expect(dialog.status).toBe('open');
    expect(server.state.dialogs.size).toBe(1);
    await widget.write('три');
    await until(async () => (await stateOf(2)) === 'sent', { what: 'the third message' });
    expect(server.bodies('POST /api/widget/messages').at(-1)).toMatchObject({ dialogId: dialog.id });
    expect(await widget.texts()).toEqual(['раз', 'два', 'три']);
  });
});
