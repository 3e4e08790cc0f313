import { resolveHere } from '../kit/outside.ts';
import { gitConnector } from './connector.ts';

export const connector = gitConnector({ resolve: resolveHere });
