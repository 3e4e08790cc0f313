/**
 * Stands for the types of `samlify`, which @better-auth/sso names and we do not use: they would bring the browser’s globals into every
 * room that imports the server. `tsconfig.base.json` leads here.
 */
declare const none: never;
export default none;
