import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { schemaDump } from '@countersign/server/database/schema-dump.ts';
import { freshDatabase } from '@countersign/server/database/testing.ts';
import pg from 'pg';
import { declared } from './declared.ts';
import { referenceOf } from './reference.ts';
import { ROOT } from './sources.ts';

// `npm run generate`: writes what follows from the declarations and the migrations. What is committed must come out again.
const pages = new Map(referenceOf(declared));
pages.set('server/migrations/schema.sql', await schema());
for (const [path, text] of pages) {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), text);
  console.log(path);
}

/** What all migrations together make, read back from a database that ran them. */
async function schema(): Promise<string> {
  const database = await freshDatabase();
  const client = new pg.Client(database.owner);
  try {
    await client.connect();
    return await schemaDump(client);
  } finally {
    await client.end();
    await database.close();
  }
}
