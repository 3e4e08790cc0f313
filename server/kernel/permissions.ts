import type { Standing } from '@countersign/core/access/index.ts';
import { actsOn, actsWithDoor, can, mayAsk, mayRead } from '@countersign/core/access/index.ts';
import type { ActDef, Actor, Product } from '@countersign/core/kernel/index.ts';
import { ROLES } from '@countersign/core/kernel/index.ts';
import type { ActAllowed, Permissions } from '../runtime.ts';

const told = (actor: Actor, act: ActDef, thing?: Standing): ActAllowed => ({
  name: act.name,
  says: act.says,
  on: act.on === undefined ? null : { kind: act.on.kind.kind, field: act.on.field },
  who: act.allowed,
  ...can(actor, act, thing),
});

/** Everything that somebody may do and ask at all, as the web shows it: nothing is left out, and what is not allowed says why. */
export const permissionsOf = (product: Product, actor: Actor): Permissions => ({
  acts: actsWithDoor(product).map((act) => told(actor, act)),
  views: [...product.views.values()].map((view) => ({
    name: view.name,
    says: view.says,
    who: view.readableBy ?? ROLES,
    ...mayAsk(actor, view),
  })),
  kinds: [...product.records.values()].map((def) => ({
    kind: def.kind,
    title: def.title,
    who: def.readableBy ?? ROLES,
    ...mayRead(actor, def),
  })),
  sight: actor.sight ?? null,
});

/** The acts that are done to one record of this kind, as it stands. */
export const actsOnThing = (product: Product, actor: Actor, kind: string, thing: Standing): readonly ActAllowed[] =>
  actsOn(product, kind).map((act) => told(actor, act, thing));
