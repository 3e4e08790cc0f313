import { count } from '../../kit/format.ts';

/** “140,000 USD”. */
export const amountOf = ({
  amount,
  currency,
}: {
  readonly amount: number | null;
  readonly currency: string | null;
}): string | undefined => (amount === null || currency === null ? undefined : `${count(amount)} ${currency}`);

/** “350,000 USD and 155,000 EUR”: currencies beside each other, never added up. */
export const amountsOf = (amounts: readonly { readonly amount: number; readonly currency: string }[]): string =>
  new Intl.ListFormat('en-GB').format(amounts.map(({ amount, currency }) => `${count(amount)} ${currency}`));
