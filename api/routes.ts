import type { Product } from '@countersign/core/kernel/index.ts';
import { actOperation } from './acts.ts';
import type { Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { recordOperations } from './records.ts';
import { viewOperations } from './views.ts';

/**
 * Every operation of a product: four for each kind, one for each act, one or two for each view, and the services.
 * Server, OpenAPI, documentation page and clients read this one array.
 */
export function routesOf(product: Product): readonly Operation[] {
  return [
    ...OPERATIONS,
    ...[...product.records.values()].flatMap(recordOperations),
    ...[...product.acts.values()].filter((act) => !act.internal).map(actOperation),
    ...[...product.views.values()].flatMap(viewOperations),
  ];
}
