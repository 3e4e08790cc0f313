/** Where strangers read a log that was opened; the last part of its origin follows. */
export const LOG_PATH = '/log/';
/** No organisation's number: asked for where there is none, so that how long it takes does not tell. */
export const NOBODY = 2_147_483_647;

/** Where logs elsewhere ask a witness; its address and `/add-checkpoint` follow. */
export const WITNESS_PATH = '/witness/';
