import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dayFormat } from '../src/format/date-format.ts';
import { formatLocale } from '../src/format/locale.ts';
import { numberTexts } from '../src/format/number-format.ts';
import { quantityTexts } from '../src/format/quantity-format.ts';

const of = (language: string) => numberTexts(formatLocale([language]));
const plainSpaces = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('numbers and dates in the browser’s language', () => {
  it('groups and divides numbers as the language does', () => {
    assert.equal(of('en-US').priceText(1234567.5, 2), '1,234,567.50');
    assert.equal(of('de-DE').priceText(1234567.5, 2), '1.234.567,50');
    assert.equal(of('en-IN').priceText(1234567.5, 2), '12,34,567.50');
    assert.equal(plainSpaces(of('fr-FR').priceText(1234567.5, 2)), '1 234 567,50');
    assert.equal(of('de-DE').countText(1234567), '1.234.567');
    assert.equal(of('de-DE').percentText(0.0057), '+0,57 %');
    assert.equal(of('de-DE').signedText(-1.5, 2), '−1,50');
    assert.equal(of('en-US').signedText(-0.001, 2), '0.00');
    assert.equal(of('de-DE').shortCount(12_345), '12,3 k');
    assert.equal(quantityTexts(of('de-DE')).bytesText(3_240_000), '3,2 MB');
    assert.equal(quantityTexts(of('de-DE')).latencyText(0.0042), '4,2 ms');
  });

  it('keeps every digit of an exact decimal, and adds none', () => {
    const decimal = '123456789012345678901234.000000000000012340';
    assert.equal(of('en-US').decimalText(decimal), '123,456,789,012,345,678,901,234.000000000000012340');
    assert.equal(of('de-DE').decimalText('-0.10'), '−0,10');
    assert.equal(of('en-US').decimalText('7'), '7');
    assert.equal(of('en-US').decimalText('NaN'), 'NaN');
    assert.equal(of('en-US').priceText(0.000001, 6), '0.000001');
    assert.equal(of('en-US').priceText(123456789012.345, 3), '123,456,789,012.345');
  });

  it('writes latin digits in every language, for columns and fields', () => {
    for (const language of ['ar-EG', 'fa-IR', 'mr-IN', 'my', 'ne', 'bn']) {
      const text =
        of(language).priceText(1234.5, 2) + dayFormat(formatLocale([language]))({ year: 2026, month: 4, day: 3 });
      assert.match(text, /^[^\p{Nd}]*[0-9]/u, language);
      assert.doesNotMatch(text, /(?![0-9])\p{Nd}/u, language);
    }
  });

  it('never writes a day that may be two', () => {
    const languages = Intl.DateTimeFormat.supportedLocalesOf(
      'af am ar bg bn bs ca cs da de el en en-GB en-IN es et eu fa fi fil fr gl gu he hi hr hu hy id is it ja ka kk km kn ko lo lt lv mk ml mn mr ms my nb ne nl pa pl pt pt-PT ro ru sk sl sq sr sv sw ta te th tr uk ur uz vi zh zh-TW zu'.split(
        ' ',
      ),
    );
    for (const language of languages) {
      const text = dayFormat(formatLocale([language]))({ year: 2026, month: 4, day: 3 });
      const yearFirst = /^\D*2026/.test(text);
      assert.ok(yearFirst || !/0?[34][\s./-]+0?[34](?!\d)/.test(text), `${language}: ${text}`);
      assert.match(text, /2026/, language);
    }
    assert.equal(dayFormat(formatLocale(['en-US']))({ year: 2026, month: 11, day: 22 }), 'Nov 22, 2026');
    assert.equal(dayFormat(formatLocale(['de-DE']))({ year: 2026, month: 11, day: 22 }), '22. Nov. 2026');
  });

  it('falls back where the browser names no language', () => {
    assert.equal(numberTexts(formatLocale(['', 'not a language'])).countText(1234), '1,234');
    assert.equal(numberTexts(formatLocale(['???', 'de'])).countText(1234), '1.234');
  });
});
