import type { Client, Clock } from '@countersign/api/client.ts';
import { clientOf } from '@countersign/api/client.ts';
import type { Instant, Product } from '@countersign/core/kernel/index.ts';
import { dayEnd, dayOf, dayStart, parseDate, parseInstant, printInstant } from '@countersign/core/kernel/index.ts';
import { refuseInput } from './refusal.ts';
import type { Reached, World } from './world.ts';

/** What every command takes. */
export interface Flags {
  readonly org: string | undefined;
  readonly json: boolean;
  readonly asOf: string | undefined;
  readonly knownAt: string | undefined;
  readonly programme: string | undefined;
  readonly url: string | undefined;
}

/** A command's surroundings: where it works, for whom, and at which moment. */
export class Context {
  readonly world: World;
  readonly flags: Flags;
  #reached: Promise<Reached> | undefined;
  #zone: Promise<string> | undefined;

  constructor(world: World, flags: Flags) {
    this.world = world;
    this.flags = flags;
  }

  /** Connects at the first use: `verify` and `--help` need neither server nor database. */
  async client(): Promise<Client> {
    this.#reached ??= this.world.connect({
      url: this.flags.url ?? this.world.env['COUNTERSIGN_URL'],
      org: this.flags.org,
      token: this.world.env['COUNTERSIGN_TOKEN'],
    });
    return clientOf(await this.#reached);
  }

  product(): Promise<Product> {
    return this.world.product();
  }

  get clock(): Clock {
    return { asOf: this.flags.asOf, knownAt: this.flags.knownAt };
  }

  /** What goes on, for people, on standard error. */
  progress(line: string): void {
    this.world.stderr.write(`${line}\n`);
  }

  /**
   * An instant as acts take it. A date is the end of that day, or its beginning where it opens a period, in the
   * organisation's time zone; today ends now, as it does for --as-of.
   */
  async instant(field: string, text: string | undefined, edge: 'start' | 'end' = 'end'): Promise<string | undefined> {
    if (text === undefined) return undefined;
    if (parseInstant(text) !== undefined) return text;
    const date = parseDate(text);
    if (date === undefined) throw refuseInput('time', { field, text });
    const zone = await (this.#zone ??= this.zone());
    if (edge === 'start') return printInstant(dayStart(zone, date));
    const now = await this.now();
    return printInstant(now !== undefined && date === dayOf(zone, now) ? now : dayEnd(zone, date));
  }

  /** The server's time, whose word counts, to the second and so never in its future; undefined where it does not say. */
  private async now(): Promise<Instant | undefined> {
    await this.client();
    const reached = await this.#reached;
    const answer = await reached?.fetch(`${reached.url}/healthz`, { method: 'GET', headers: { ...reached.headers } });
    await answer?.body?.cancel();
    const told = Date.parse(answer?.headers.get('date') ?? '');
    return Number.isNaN(told) ? undefined : told;
  }

  private async zone(): Promise<string> {
    const client = await this.client();
    const [organisation] = (await client.list('organisation', { limit: 1 })).items;
    const zone = organisation?.['timeZone'];
    return typeof zone === 'string' ? zone : 'UTC';
  }

  async close(): Promise<void> {
    if (this.#reached === undefined) return;
    const reached = await this.#reached.catch(() => undefined);
    await reached?.close();
  }
}
