import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Operator, Visitor, isGapFree, newId, textsOf } from '../support/api.js';
import { type Site, openSite } from '../support/site.js';

describe('many at once', () => {
  let site: Site;
  let owner: Operator;

  beforeAll(async () => {
    site = await openSite();
    owner = site.owner;
  }, 60_000);

  it('50 first messages of one visitor make one dialog', async () => {
    const visitor = await Visitor.open(site.url, site.siteId);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => visitor.send(`сообщение ${i}`)));
    expect(new Set(answers.map((answer) => answer.dialogId)).size).toBe(1);
    const events = await owner.events(answers[0]?.dialogId ?? '');
    expect(isGapFree(events)).toBe(true);
    expect(textsOf(events).sort()).toEqual(Array.from({ length: 50 }, (_, i) => `сообщение ${i}`).sort());
    expect(await visitor.dialogs()).toHaveLength(1);
  }, 60_000);

  it('20 operators answer at once: all answers stand, one is assigned', async () => {
    const visitor = await Visitor.open(site.url, site.siteId);
    const { dialogId } = await visitor.send('Кто-нибудь?');
    const operators: Operator[] = [];
    for (let i = 0; i < 20; i++) operators.push(await owner.colleague(`operator${i}@example.test`));
    await Promise.all(operators.map((operator, i) => operator.answer(dialogId, `ответ ${i}`)));
    const events = await owner.events(dialogId);
    expect(isGapFree(events)).toBe(true);
    expect(textsOf(events)).toHaveLength(21);
    const assigned = events.filter((event) => event.type === 'dialog.assigned');
    expect(assigned).toHaveLength(1);
    const dialog = (await owner.dialogs()).find((d) => d.id === dialogId);
    expect(dialog?.assigneeId).toBe(assigned[0]?.payload?.operatorId);
    expect(textsOf(await visitor.events(dialogId))).toHaveLength(21);
  }, 120_000);

  it('the same send again gives the same answer, also at the same time', async () => {
    const visitor = await Visitor.open(site.url, site.siteId);
    const id = newId();
    const answers = await Promise.all(Array.from({ length: 10 }, () => visitor.send('один раз', id)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(textsOf(await visitor.events(answers[0]?.dialogId ?? ''))).toEqual(['один раз']);
  }, 30_000);

  it('a visitor sees neither notes nor another visitor’s dialog', async () => {
    const [one, two] = [await Visitor.open(site.url, site.siteId), await Visitor.open(site.url, site.siteId)];
    const { dialogId } = await one.send('секрет');
    await owner.send('POST', `dialogs/${dialogId}/notes`, { clientMessageId: newId(), text: 'видят только операторы' });
    const events = await one.events(dialogId);
    expect(isGapFree(events)).toBe(true);
    expect(events.at(-1)).toEqual({ dialogId, seq: events.length, type: 'hidden' });
    await expect(two.events(dialogId)).rejects.toMatchObject({ status: 404 });
    await expect(two.send('чужое', newId(), dialogId)).rejects.toMatchObject({ status: 404 });
  }, 30_000);

  it('nothing of one site is visible from another', async () => {
    const { siteId } = await owner.send<{ siteId: string }>('POST', '../../sites', { name: 'Вторая' });
    const visitor = await Visitor.open(site.url, siteId);
    const { dialogId } = await visitor.send('с другого сайта');
    expect((await owner.dialogs()).map((dialog) => dialog.id)).not.toContain(dialogId);
    await expect(owner.events(dialogId)).rejects.toMatchObject({ status: 404 });
    const stranger = await owner.colleague('stranger@example.test');
    const foreign = Object.assign(Object.create(Object.getPrototypeOf(stranger) as object), stranger, {
      siteId,
    }) as Operator;
    await expect(foreign.dialogs()).rejects.toMatchObject({ status: 404 });
  }, 30_000);
});
