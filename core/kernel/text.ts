import { z } from 'zod';

/** Years that dates may have: those of the clock, up to where no plan reaches. */
const YEAR = '(?:19[7-9][0-9]|2[0-9]{3})';
const DATE = new RegExp(`^${YEAR}-[0-9]{2}-[0-9]{2}$`);
/** At most nine decimals: RFC 3339 allows more, and no clock tells them. */
const INSTANT = new RegExp(
  `^${YEAR}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$`,
);

/** A calendar date, 'YYYY-MM-DD', of the years 1970 to 2999: what `parseDate` accepts. */
export const dateText = () => z.iso.date().regex(DATE, 'must be a date of the years 1970 to 2999');

/** An RFC 3339 instant with its offset, of the years 1970 to 2999: what `parseInstant` accepts. */
export const instantText = () =>
  z.iso
    .datetime({ offset: true })
    .regex(INSTANT, 'must be an instant of the years 1970 to 2999, with its offset and at most nine decimals');
