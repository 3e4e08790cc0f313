import pg from 'pg';

const { builtins, getTypeParser } = pg.types;

const INSTANT = /^(\d{4,6})-(\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d)(:\d\d)?$/;

/**
 * How values of the database arrive: `int8` (counts, log positions) as a number, `timestamptz` as milliseconds since 1970 (±Infinity
 * for the two infinities; microseconds are cut off), `date` and `timestamp` as text, because they are no instants and the
 * driver's own Date would lie by a time zone. `json` and `jsonb` stay the driver's: select `body::text` where speed counts.
 */
export const values: pg.CustomTypesConfig = {
  getTypeParser(type: number, format?: 'text' | 'binary') {
    if (format !== 'binary') {
      if (type === builtins.INT8) return toNumber;
      if (type === builtins.TIMESTAMPTZ) return toMilliseconds;
      if (type === builtins.DATE || type === builtins.TIMESTAMP) return (text: string) => text;
    }
    const parser: (value: string) => unknown = getTypeParser(type, format === 'binary' ? 'binary' : 'text');
    return parser;
  },
};

function toNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${text} is too large for a number`);
  return number;
}

function toMilliseconds(text: string): number {
  if (text === 'infinity') return Infinity;
  if (text === '-infinity') return -Infinity;
  const [, year, day, time, fraction = '', hours, minutes = ':00'] = INSTANT.exec(text) ?? [];
  const at = Date.parse(
    `${(year ?? '').length > 4 ? `+${year?.padStart(6, '0')}` : year}-${day}T${time}${fraction}${hours}${minutes}`,
  );
  if (Number.isNaN(at)) throw new RangeError(`${text} is not an instant that a number can hold`);
  return at;
}
