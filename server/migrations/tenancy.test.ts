import { Readable } from 'node:stream';
import { pathOf } from '@countersign/api/operation.ts';
import { routesOf } from '@countersign/api/routes.ts';
import type { MappingLines } from '@countersign/core/crosswalk/lines-view.ts';
import { referencesIn } from '@countersign/core/kernel/index.ts';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { nameOutside, see } from '../ledger/outside-for-tests.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, standUp } from '../testing.ts';

let ground: Ground;
let app: FastifyInstance;
/** Ids of records that only alpha has, by kind. */
const THEIRS: Record<string, string> = {};
let blob: string;
let theirRequest: object;
/** What a grant of theirs says. */
const GRANTED = {
  person: 'aude',
  programme: 'their-programme',
  from: '2026-01-01',
  to: '2026-06-30',
  visible: ['posture'],
};
/** Beta's owner. */
let headers: { readonly authorization: string };

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  const { runtime, services } = ground.engine;
  const act = (name: string, input: object) => runtime.act(ground.alpha, PEOPLE.lead, name, input);
  await services.connect(ground.alpha, OPERATOR, { connector: 'push', id: 'their-source', settings: {}, secrets: {} });
  ({ digest: blob } = await services.putBlob(ground.alpha, OPERATOR, Readable.from([Buffer.from('theirs')])));
  await act('records.apply', {
    records: [
      { kind: 'person', id: 'their-person', name: 'Theirs' },
      {
        ...{ kind: 'control', id: 'their-control', title: 'Theirs', frequency: 'monthly', startsOn: '2025-01-01' },
        answers: { 'iso27001-2013': ['A.6.1.2'] },
      },
      { kind: 'holidays', id: 'their-holidays', dates: [] },
      { kind: 'programme', id: 'their-programme', framework: 'soc2', title: 'Theirs' },
      { kind: 'framework', id: 'their-framework', title: 'Theirs', licence: 'licensed' },
      { kind: 'requirement', id: 'their-framework_T-1', framework: 'their-framework', ref: 'T-1', title: 'Theirs' },
      { kind: 'mapping-set', id: 'their-mappings', title: 'Theirs', provenance: 'theirs' },
      {
        ...{ kind: 'mapping', id: 'their-mapping', set: 'their-mappings', relation: 'intersects' },
        from: { framework: 'soc2', ref: 'CC6.1' },
        to: { framework: 'their-framework', ref: 'T-1' },
        strength: { forward: 3, backward: 4 },
      },
      ...['legal-entity', 'data-store', 'team', 'site', 'third-party'].map((kind) => ({
        kind,
        id: 'theirs',
        name: 'T',
      })),
      { kind: 'system', id: 'theirs', name: 'T', type: 'service' },
      { kind: 'commitment', id: 'theirs', title: 'T', type: 'uptime' },
      {
        kind: 'check',
        id: 'their-check',
        title: 'T',
        dataset: 'their-source/d',
        mode: 'state',
        supports: ['their-control'],
        passes: 'true',
        message: 'm',
      },
    ],
  });
  const { answer } = await runtime.view(ground.alpha, PEOPLE.owner, 'mapping.lines', { set: 'their-mappings' });
  const [line] = (answer as z.infer<typeof MappingLines>).lines;
  const reviewing = { line: 'their-mapping', read: line?.review.mark, says: 'agree' };
  const reviewed = await runtime.act(ground.alpha, PEOPLE.owner, 'mapping.review', reviewing);
  await act('transition.apply', {});
  await act('requirement-text.write', { framework: 'their-framework', ref: 'T-1', text: 'Theirs.' });
  await act('plan.save', { id: 'their-plan', answers: { persons: 3 } });
  await act('exception.request', {
    id: 'their-exception',
    control: 'their-control',
    from: '2026-01-01',
    to: '2026-02-01',
    reason: 'theirs',
  });
  await act('design.evaluate', {
    id: 'their-evaluation',
    control: 'their-control',
    evaluatedOn: '2026-01-01',
    finding: 'theirs',
  });
  await act('evidence.add', { id: 'their-evidence', name: 'theirs', blob, controls: ['their-control'] });
  const performed = await act('performance.record', { control: 'their-control', at: '2025-12-31T12:00:00Z' });
  await runtime.act(ground.alpha, OPERATOR, 'source.add', { connector: 'git', id: 'their-collected' });
  await act('schedule.set', { source: 'their-collected' });
  await act('policy.draft', { id: 'their-policy', title: 'Theirs', text: 'theirs', owner: 'lena' });
  await act('policy.submit', { policy: 'their-policy' });
  await runtime.act(ground.alpha, PEOPLE.owner, 'policy.approve', { policy: 'their-policy' });
  const read = await act('policy.acknowledge', { policy: 'their-policy', edition: 3 });
  await act('grant.give', { id: 'their-grant', ...GRANTED });
  await act('request.record', { id: 'theirs', customer: 'Theirs', wants: ['iso27001'], region: 'europe' });
  const { id: token } = await services.createToken(ground.alpha, OPERATOR, { name: 'theirs' });
  const [email, expires] = ['theirs@example.com', '2026-01-08T09:00:00Z'];
  await act('person.invite', { id: 'their-invitation', person: 'their-person', email, expires });
  await runtime.act(ground.alpha, OPERATOR, 'sign-in-link.make', {
    id: 'their-link',
    person: 'their-person',
    email,
    expires,
  });
  await runtime.act(ground.alpha, OPERATOR, 'identity-provider.add', {
    id: 'their-provider',
    title: 'Theirs',
    preset: 'oidc',
    issuer: 'https://id.example.com',
    client: 'their-client',
    challenge: `countersign=${'0'.repeat(32)}`,
    domains: ['example.com'],
  });
  await act('duty.decide', { law: 'gdpr', applies: 'yes', why: 'theirs' });
  await act('duty.arrange', { obligation: 'gdpr.30' });
  await act('processing.record', { id: 'their-activity', title: 'T', purpose: 'theirs' });
  const theirActivity = { activity: 'their-activity', laws: ['gdpr'] };
  await act('assessment.draft', { id: 'their-assessment', title: 'T', necessity: 'theirs', ...theirActivity });
  await act('transfer.record', {
    id: 'their-transfer',
    to: 'US',
    recipient: 'T',
    mechanism: 'none-yet',
    ...theirActivity,
  });
  await act('privacy-contract.record', {
    id: 'their-contract',
    contract: 'dpa',
    party: 'T',
    role: 'controller',
    laws: ['gdpr'],
  });
  theirRequest = { law: 'gdpr', type: 'access', subject: 'their-customer', receivedAt: '2025-12-31T12:00:00Z' };
  await act('privacy-request.receive', { id: 'their-request', ...theirRequest });
  await act('personal-data-incident.open', { id: 'their-incident', title: 'T', awareAt: '2025-12-31T12:00:00Z' });
  await nameOutside(ground, ground.alpha, { witness: 'their-witness', authority: 'their-authority' });
  const cosigned = await see(ground, ground.alpha, 'witness', 'their-witness');
  const stamped = await see(ground, ground.alpha, 'time', 'their-authority');
  const trouble = { kind: 'time', id: 'their-authority', code: 'timestamp.unreachable' };
  await runtime.act(ground.alpha, OPERATOR, 'outside-trouble.record', trouble);
  await services.rotateLogKey(ground.alpha, OPERATOR);
  Object.assign(THEIRS, {
    witness: 'their-witness',
    'time-authority': 'their-authority',
    cosignature: cosigned.changes[0]?.id ?? '',
    'time-stamp': stamped.changes[0]?.id ?? '',
    'outside-trouble': 'time.their-authority',
    'log-key': 'key-2',
    'duty-profile': 'gdpr',
    duty: 'gdpr.30',
    'processing-activity': 'their-activity',
    'impact-assessment': 'their-assessment',
    transfer: 'their-transfer',
    'privacy-contract': 'their-contract',
    'privacy-request': 'their-request',
    'personal-data-incident': 'their-incident',
    person: 'their-person',
    control: 'their-control',
    holidays: 'their-holidays',
    programme: 'their-programme',
    framework: 'their-framework',
    requirement: 'their-framework_T-1',
    'requirement-text': 'their-framework_T-1',
    'mapping-set': 'their-mappings',
    mapping: 'their-mapping',
    'mapping-review': reviewed.changes[0]?.id ?? '',
    transition: 'iso27001-2013--iso27001.1',
    check: 'their-check',
    exception: 'their-exception',
    'design-evaluation': 'their-evaluation',
    evidence: 'their-evidence',
    performance: performed.changes[0]?.id ?? '',
    source: 'their-source',
    invitation: 'their-invitation',
    'sign-in-link': 'their-link',
    'identity-provider': 'their-provider',
    schedule: 'their-collected',
    plan: 'their-plan',
    policy: 'their-policy',
    acknowledgement: read.changes[0]?.id ?? '',
    grant: 'their-grant',
    token,
    ...Object.fromEntries(
      ['legal-entity', 'system', 'data-store', 'team', 'site', 'third-party', 'commitment', 'customer-request'].map(
        (kind) => [kind, 'theirs'],
      ),
    ),
  });
  await runtime.act(ground.alpha, OPERATOR, 'integrity.record', {
    findings: [{ id: 'f-0000000000000001', code: 'log.missing', where: { entry: 1 }, says: 'theirs' }],
  });
  THEIRS['integrity-finding'] = 'f-0000000000000001';
  THEIRS['binder'] = 'b1d1b1d1-0000-4000-8000-000000000001';
  const digest = 'ab'.repeat(32);
  await act('binder.record', {
    ...{ id: THEIRS['binder'], name: 'theirs.zip', from: '2026-01-01', to: '2026-01-31', hides: [] },
    ...{
      knownAt: '2026-01-01T09:00:00Z',
      size: 1,
      root: 'r',
      manifest: digest,
      digest,
      bytes: 1,
      files: 1,
      evidence: 0,
    },
  });
  const { key: vkey } = await services.checkpoint(ground.beta);
  await act('witnessed-log.name', { id: 'their-log', name: 'Theirs', vkey });
  THEIRS['witnessed-log'] = 'their-log';
  const carried = await services.witnessMail.request(ground.alpha, PEOPLE.lead, 'their-witness');
  THEIRS['witness-request'] = `their-witness.${carried.size}`;
  const asked = { why: 'theirs', basis: 'GDPR Art. 17(1)(b)' };
  await act('erasure.ask', { id: 'their-erasure', what: { kind: 'evidence', id: 'their-evidence' }, ...asked });
  THEIRS['erasure'] = 'their-erasure';
  await act('hold.place', { id: 'their-hold', name: 'Theirs', why: 'theirs', covers: { people: ['their-person'] } });
  THEIRS['legal-hold'] = 'their-hold';
  const mine = await services.createToken(ground.beta, OPERATOR, { name: 'mine', for: 'olga' });
  headers = { authorization: `Bearer ${mine.token}` };
});
afterAll(() => ground.close());

const NOBODYS = 'nobodys-id';
const ask = async (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) => {
  const { statusCode, body } = await app.inject({
    method,
    url,
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
  return { statusCode, body };
};

describe('another organisation’s record', () => {
  test('is there for every kind but the one that each organisation has once', () => {
    const kinds = [...ground.engine.runtime.product.records.keys()].filter(
      (kind) => !['organisation', 'notifications', 'own-witness', 'public-log'].includes(kind),
    );

    expect(Object.keys(THEIRS).sort()).toEqual(kinds.sort());
  });

  test('looks like one that never was, by every route that takes an id', async () => {
    let asked = 0;
    for (const operation of routesOf(ground.engine.runtime.product)) {
      const { calls } = operation;
      if (calls.is !== 'get' && calls.is !== 'history') continue;
      const id = THEIRS[calls.record.kind];
      if (id === undefined) continue;
      asked += 1;
      const theirs = await ask('GET', pathOf(operation, { id }));
      const nobodys = await ask('GET', pathOf(operation, { id: NOBODYS }));

      expect([operation.id, theirs.statusCode]).toEqual([operation.id, 404]);
      expect(theirs.body.replaceAll(id, NOBODYS)).toBe(nobodys.body);
    }
    expect(asked).toBe(2 * Object.keys(THEIRS).length);
  });

  test('is in no list, whatever is searched for', async () => {
    for (const kind of ground.engine.runtime.product.records.keys()) {
      const all = await ask('GET', `/api/records/${kind}?limit=200&retired=true`);
      const searched = await ask('GET', `/api/records/${kind}?search=their-`);

      expect([kind, all.statusCode, all.body.includes('their-')]).toEqual([kind, 200, false]);
      expect(JSON.parse(searched.body).total).toBe(0);
    }
  });

  test('cannot be named in any act', async () => {
    const at = '2025-12-31T12:00:00Z';
    const reason = 'a reason';
    const dates = { from: '2026-01-01', to: '2026-02-01' };
    const check = { id: 'c', title: 'T', dataset: 'd/d', mode: 'state', passes: 'true', message: 'm' };
    /** For every act that takes references: an input that names the id wherever it may. */
    const inputs: Readonly<Record<string, (of: (kind: string) => string) => object>> = {
      'assessment.decide': (of) => ({ assessment: of('impact-assessment'), as: 'stop', reason }),
      'assessment.draft': (of) => ({
        title: 'T',
        activity: of('processing-activity'),
        laws: ['gdpr'],
        necessity: reason,
      }),
      'assessment.edit': (of) => ({ assessment: of('impact-assessment') }),
      'assessment.return': (of) => ({ assessment: of('impact-assessment'), reason }),
      'assessment.submit': (of) => ({ assessment: of('impact-assessment') }),
      'erasure.approve': (of) => ({ erasure: of('erasure') }),
      'erasure.refuse': (of) => ({ erasure: of('erasure'), reason }),
      'hold.ask-release': (of) => ({ hold: of('legal-hold'), why: reason }),
      'hold.keep': (of) => ({ hold: of('legal-hold') }),
      'hold.release': (of) => ({ hold: of('legal-hold') }),
      'hold.place': (of) => ({
        ...{ name: 'n', why: reason },
        covers: { people: [of('person')], evidence: [of('evidence')], controls: [of('control')] },
      }),
      'duty.arrange': (of) => ({ obligation: 'gdpr.30', owner: of('person'), evidence: [of('evidence')] }),
      'duty.decide': (of) => ({ law: 'gdpr', applies: 'yes', why: reason, holidays: [of('holidays')] }),
      'personal-data-incident.assess': (of) => ({ incident: of('personal-data-incident'), reason }),
      'personal-data-incident.close': (of) => ({ incident: of('personal-data-incident'), at, reason }),
      'personal-data-incident.notify': (of) => ({ incident: of('personal-data-incident'), obligation: 'gdpr.33', at }),
      'personal-data-incident.open': (of) => ({ title: 'T', awareAt: at, activities: [of('processing-activity')] }),
      'personal-data-incident.reopen': (of) => ({ incident: of('personal-data-incident'), reason }),
      'privacy-contract.record': (of) => ({
        contract: 'dpa',
        party: 'P',
        role: 'processor',
        laws: ['gdpr'],
        activities: [of('processing-activity')],
      }),
      'privacy-request.confirm': (of) => ({ request: of('privacy-request'), at }),
      'privacy-request.answer': (of) => ({ request: of('privacy-request'), at }),
      'privacy-request.extend': (of) => ({ request: of('privacy-request'), at, reason }),
      'privacy-request.identify': (of) => ({ request: of('privacy-request'), at, identity: 'asked' }),
      'privacy-request.receive': (of) => ({ ...theirRequest, activity: of('processing-activity') }),
      'privacy-request.refuse': (of) => ({ request: of('privacy-request'), at, reason }),
      'privacy-request.withdraw': (of) => ({ request: of('privacy-request'), at, reason }),
      'processing.record': (of) => ({ title: 'T', purpose: reason, owner: of('person') }),
      'transfer.record': (of) => ({
        activity: of('processing-activity'),
        laws: ['gdpr'],
        to: 'US',
        recipient: 'R',
        mechanism: 'consent',
      }),
      'authority.retire': (of) => ({ authority: of('time-authority') }),
      'cosignature.record': (of) => ({ witness: of('witness'), checkpoint: 'c', line: 'l' }),
      'time-stamp.record': (of) => ({ authority: of('time-authority'), checkpoint: 'c', token: 'AAAA' }),
      'witness-request.record': (of) => ({ witness: of('witness'), size: 1, from: 0, checkpoint: 'c' }),
      'witness.retire': (of) => ({ witness: of('witness') }),
      'check.adopt': (of) => ({ ...check, supports: [of('control')] }),
      'control.assign': (of) => ({ control: of('control'), owner: of('person') }),
      'control.start': (of) => ({
        control: of('control'),
        owner: of('person'),
        frequency: 'daily',
        startsOn: '2026-01-01',
      }),
      'control.startMany': (of) => ({
        controls: [{ control: of('control'), owner: of('person'), frequency: 'daily', startsOn: '2026-01-01' }],
      }),
      'control.stop': (of) => ({ control: of('control'), endsOn: '2026-02-01', reason }),
      'design.approve': (of) => ({ evaluation: of('design-evaluation') }),
      'design.evaluate': (of) => ({ control: of('control'), evaluatedOn: '2026-01-01', finding: reason }),
      'design.return': (of) => ({ evaluation: of('design-evaluation') }),
      'evidence.accept': (of) => ({ evidence: of('evidence') }),
      'evidence.resubmit': (of) => ({ evidence: of('evidence'), note: reason, controls: [of('control')] }),
      'evidence.return': (of) => ({ evidence: of('evidence'), reason }),
      'evidence.add': (of) => ({ name: 'n', blob, controls: [of('control')], replaces: of('evidence') }),
      'exception.approve': (of) => ({ exception: of('exception') }),
      'exception.refuse': (of) => ({ exception: of('exception') }),
      'exception.request': (of) => ({ control: of('control'), ...dates, reason }),
      'exception.withdraw': (of) => ({ exception: of('exception'), reason }),
      'framework.restore': (of) => ({ framework: of('framework') }),
      'framework.withdraw': (of) => ({ framework: of('framework') }),
      'mapping-review.withdraw': (of) => ({ review: of('mapping-review') }),
      'mapping-set.restore': (of) => ({ set: of('mapping-set') }),
      'mapping-set.withdraw': (of) => ({ set: of('mapping-set') }),
      'grant.end': (of) => ({ grant: of('grant'), reason }),
      'grant.give': (of) => ({ ...GRANTED, person: of('person'), programme: of('programme') }),
      'identity-provider.remove': (of) => ({ provider: of('identity-provider') }),
      'identity-provider.verify': (of) => ({ provider: of('identity-provider'), domain: 'example.com' }),
      'invitation.accept': (of) => ({ invitation: of('invitation') }),
      'invitation.revoke': (of) => ({ invitation: of('invitation') }),
      'performance.record': (of) => ({ control: of('control'), at, by: of('person'), evidence: [of('evidence')] }),
      'performance.recordMany': (of) => ({ performances: [{ control: of('control'), at }] }),
      'performance.withdraw': (of) => ({ performance: of('performance'), reason }),
      'person.change': (of) => ({ person: of('person'), substitute: of('person') }),
      'person.leave': (of) => ({ person: of('person'), leavesOn: '2026-02-01', substitute: of('person') }),
      'person.return': (of) => ({ person: of('person') }),
      'person.roles': (of) => ({ person: of('person'), roles: ['employee'] }),
      'plan.adopt': (of) => ({ plan: of('plan') }),
      'plan.note-sent': (of) => ({ plan: of('plan'), addresses: 1, digest: `sha256:${'ab'.repeat(32)}` }),
      'plan.retire': (of) => ({ plan: of('plan'), reason }),
      'policy.acknowledge': (of) => ({ policy: of('policy'), edition: 1 }),
      'policy.approve': (of) => ({ policy: of('policy') }),
      'policy.draft': (of) => ({ title: 'T', text: 't', owner: of('person') }),
      'policy.edit': (of) => ({ policy: of('policy'), owner: of('person') }),
      'policy.retire': (of) => ({ policy: of('policy'), reason }),
      'policy.return': (of) => ({ policy: of('policy'), reason }),
      'policy.submit': (of) => ({ policy: of('policy') }),
      'programme.begin': (of) => ({ framework: 'soc2', previous: of('programme') }),
      'programme.change': (of) => ({ programme: of('programme'), previous: of('programme') }),
      'programme.plan': (of) => ({ programme: of('programme'), milestones: [] }),
      'programme.scope': (of) => ({ programme: of('programme'), things: [{ kind: 'site', id: 's', in: true }] }),
      'request.answer': (of) => ({ request: of('customer-request'), what: 'report' }),
      'request.change': (of) => ({ request: of('customer-request') }),
      'request.close': (of) => ({ request: of('customer-request'), outcome: 'won', reason }),
      'request.record': (of) => ({ customer: 'C', wants: ['iso27001'], region: 'europe', owner: of('person') }),
      'request.reopen': (of) => ({ request: of('customer-request'), reason }),
      'sign-in-link.make': (of) => ({
        id: 'l',
        person: of('person'),
        email: 'theirs@example.com',
        expires: '2026-01-08T09:00:00Z',
      }),
      'sign-in-link.use': (of) => ({ link: of('sign-in-link') }),
      'schedule.pause': (of) => ({ schedule: of('schedule') }),
      'schedule.remove': (of) => ({ schedule: of('schedule') }),
      'schedule.set': (of) => ({ source: of('source') }),
      'source.remove': (of) => ({ source: of('source') }),
      'transition.apply': (of) => ({ controls: [of('control')], programme: of('programme') }),
      'witnessed-log.change': (of) => ({ log: of('witnessed-log'), name: 'T' }),
      'witnessed-log.retire': (of) => ({ log: of('witnessed-log') }),
      'integrity.explain': (of) => ({ finding: of('integrity-finding'), explanation: reason }),
      'transition.undo': (of) => ({ transition: of('transition') }),
      'token.create': (of) => ({ id: 't', name: 'n', for: of('person') }),
      'token.revoke': (of) => ({ token: of('token') }),
    };
    const acts = [...ground.engine.runtime.product.acts.values()].filter(({ input }) => referencesIn(input).length > 0);
    expect(acts.map(({ name }) => name).sort()).toEqual(Object.keys(inputs).sort());

    for (const { name, allowed } of acts) {
      const actor = allowed.includes('owner') ? PEOPLE.owner : OPERATOR;
      const run = (of: (kind: string) => string) =>
        ground.engine.runtime.act(ground.beta, actor, name, inputs[name]?.(of)).then(
          ({ changes }) => `${changes.length} changes`,
          (error: { readonly code: string }) => error.code,
        );
      const theirs = await run((kind) => THEIRS[kind] ?? '');

      expect([name, theirs]).toEqual([name, await run(() => NOBODYS)]);
      expect(['record.missing', 'record.reference', 'token.other', 'evidence.bytes', '0 changes']).toContain(theirs);
    }
  });

  test('cannot be pointed at by apply', async () => {
    const records = [
      { kind: 'control', id: 'c', title: 'T', frequency: 'daily', owner: THEIRS['person'] },
      {
        kind: 'check',
        id: 'c',
        title: 'T',
        dataset: 'd/d',
        mode: 'state',
        supports: [THEIRS['control']],
        passes: 'true',
        message: 'm',
      },
    ];

    for (const record of records) {
      const { body } = await ask('POST', '/api/acts/records.apply', { records: [record] });
      expect(JSON.parse(body).code).toBe('record.reference');
    }
  });

  test('changes no answer of a view', async () => {
    const { body } = await ask('POST', '/api/views/effectiveness', { from: '2025-01-01', to: '2025-12-31' });

    expect(body).not.toContain('their-control');
    expect(body).not.toContain('"code"');
  });

  test('is not reached by naming the organisation beside a token', async () => {
    const named = (slug: string) =>
      app.inject({ url: '/api/records/person/olga', headers: { ...headers, 'x-countersign-org': slug } });

    const [own, theirs, nobodys] = await Promise.all(['beta', 'alpha', 'gamma'].map(named));

    expect([own?.statusCode, theirs?.statusCode, nobodys?.statusCode]).toEqual([200, 404, 404]);
    expect(theirs?.body.replaceAll('alpha', 'gamma')).toBe(nobodys?.body);
    expect(JSON.parse((await ask('GET', '/api/organisations')).body)).toEqual({
      organisations: [{ slug: 'beta', sample: false }],
    });
  });

  test('has sources that take no facts of ours, and facts that do not mix', async () => {
    const { statusCode } = await ask('POST', '/api/sources/their-source/facts');

    expect(statusCode).toBe(404);
  });
});

describe('the role of the app, in the database itself', () => {
  let client: pg.Client;
  beforeAll(async () => {
    client = new pg.Client({ ...ground.database.pool.options });
    await client.connect();
  });
  afterAll(() => client.end());

  /** Runs SQL in a transaction for an organisation, or for none, and takes it back. */
  async function tried(org: number | string | undefined, sql: string): Promise<string> {
    await client.query('begin');
    try {
      if (org !== undefined) await client.query(`set local app.org = '${org}'`);
      return `${(await client.query(sql)).rowCount} rows`;
    } catch (error) {
      return error instanceof pg.DatabaseError ? String(error.code) : String(error);
    } finally {
      await client.query('rollback');
    }
  }

  async function tables(): Promise<readonly string[]> {
    const rows = await ground.asAdministrator<{ name: string }>(
      `select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and relforcerowsecurity`,
    );
    return rows.map(({ name }) => name);
  }

  test('reads no table of tenants without an organisation, and none after it was emptied', async () => {
    const names = await tables();
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      expect([name, ['42704', '22P02']]).toEqual([
        name,
        expect.arrayContaining([await tried(undefined, `select 1 from ${name}`)]),
      ]);
      expect([name, await tried('', `select 1 from ${name}`)]).toEqual([name, '22P02']);
    }
  });

  test('sees one organisation’s rows at a time', async () => {
    for (const name of await tables()) {
      expect([name, await tried(ground.beta.id, `select 1 from ${name} where org <> ${ground.beta.id}`)]).toEqual([
        name,
        '0 rows',
      ]);
    }
    expect(await tried(ground.beta.id, 'select 1 from record limit 3')).toBe('3 rows');
  });

  test('writes no row into another organisation', async () => {
    const into = (org: number) =>
      tried(ground.beta.id, `insert into reference values (${org}, 'control', 'x', 'owner', 'person', 'y')`);

    expect(await into(ground.beta.id)).toBe('1 rows');
    expect(await into(ground.alpha.id)).toBe('42501');
  });

  test.each([
    ['change a body', `update record set body = '{}'`],
    ['change a salt', `update record set salt = ''`],
    ['change when a version holds', 'update record set effective_at = now()'],
    ['change who wrote a version', `update record set actor = 'me'`],
    ['delete a version', 'delete from record'],
    ['delete an entry', 'delete from log_entry'],
    ['change an entry', `update log_entry set entry = ''`],
    ['change a statement', `update log_entry set statement = ''`],
    ['change what a fact says', `update fact set data = '{}'`],
    ['delete a fact', 'delete from fact'],
    ['delete a collection', 'delete from collection'],
    ['empty a table', 'truncate record'],
    ['drop a table', 'drop table record'],
    ['turn row security off', 'alter table record disable row level security'],
    ['become the owner', 'set role countersign_owner'],
    ['rename an organisation', `update organisation set slug = 'mine'`],
    ['make its own table of the tenants’', 'create table mine as select * from record'],
  ])('may not %s', async (_, sql) => {
    expect(await tried(ground.alpha.id, sql)).toBe('42501');
  });
});
