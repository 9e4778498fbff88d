import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Problems } from '../core/problems.js';
import { setUp } from '../testing/setup.js';
import { Formats } from './formats.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('in Russian', () => {
  let formats: Formats;
  const now = new Date(2026, 4, 22, 12, 0);
  const at = (...parts: [number, number, number, number?, number?]): string => new Date(...parts).toISOString();

  beforeEach(async () => {
    await setUp();
    formats = TestBed.inject(Formats);
  });

  it('writes times as the list does', () => {
    const times = [at(2026, 4, 22, 9, 25), at(2026, 4, 21, 23, 59), at(2026, 4, 14), at(2024, 9, 12)];
    expect(times.map((time) => plain(formats.listTime(time, now)))).toEqual([
      '09:25',
      'вчера',
      '14 мая',
      '12 окт. 2024',
    ]);
  });

  it('heads days', () => {
    const days = [at(2026, 4, 22, 1), at(2026, 4, 21, 1), at(2026, 3, 2), at(2025, 3, 2)];
    expect(days.map((day) => plain(formats.day(day, now)))).toEqual([
      'Сегодня, 22 мая',
      'Вчера, 21 мая',
      '2 апреля',
      '2 апреля 2025',
    ]);
  });

  it('writes durations without ticking seconds', () => {
    const spans = [5_000, 12 * MINUTE + 59_000, 2 * HOUR + 5 * MINUTE, 2 * HOUR, 38 * HOUR, 100 * HOUR];
    expect(spans.map((ms) => plain(formats.duration(ms)))).toEqual([
      'меньше минуты',
      '12 мин',
      '2 ч 5 мин',
      '2 ч',
      '38 ч',
      '4 дн.',
    ]);
  });

  it('writes sizes so that a file over the limit looks larger than the limit', () => {
    expect([900, 188_416, 2_097_152, 2_097_153].map((bytes) => plain(formats.size(bytes)))).toEqual([
      '900 Б',
      '184 КБ',
      '2 МБ',
      '2,1 МБ',
    ]);
  });

  it('says what the server refused in plain words', () => {
    const say = (status: number, code: string, more = {}): string =>
      plain(TestBed.inject(Problems).sentence({ status, code, detail: 'English', ...more }));
    expect(say(0, 'NETWORK')).toBe('Сервер не отвечает. Проверьте соединение.');
    expect(say(429, 'RATE_LIMITED', { retryAfterMs: 7_001 })).toBe('Слишком часто. Попробуйте через 8 с.');
    expect(say(400, 'INVALID_ARGUMENT', { errors: [{ path: 'email', code: 'x', message: '' }] })).toBe(
      'Сервер не принял данные: email.',
    );
    expect(say(502, 'HTTP_502')).toBe('На сервере ошибка (502).');
    expect(say(418, 'HTTP_418')).toBe('Сервер ответил отказом (418).');
  });
});
