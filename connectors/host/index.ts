import { hostConnector } from './connector.ts';

export const connector = hostConnector();
