import { routesOf } from '@countersign/api/routes.ts';
import { kettles } from '@countersign/api/testing/product.ts';
import { defineAct } from '@countersign/core/kernel/index.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pageOf } from './docs.ts';

describe('the reference page', () => {
  const product = kettles();
  const page = pageOf(product, '1.2.3');

  it('shows every operation but those that repeat another by GET', () => {
    for (const { path, id } of routesOf(product)) expect(page, id).toContain(path);
  });

  it('leads to every anchor it points at', () => {
    const anchors = [...page.matchAll(/ href="#([^"]+)"/g)].map((match) => match[1]);

    expect(anchors.length).toBeGreaterThan(20);
    for (const anchor of anchors) expect(page).toContain(`id="${anchor}"`);
  });

  it('loads nothing, runs nothing and styles nothing inline', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\sstyle=|\son[a-z]+=/i);
  });

  it('escapes what declarations say', () => {
    const odd = defineAct('odd.do', {
      says: '<b onclick="x">&',
      input: z.strictObject({ "it's": z.string().describe('</pre><script>') }),
      reads: [],
      allowed: ['owner'],
      decide: () => [],
    });

    const shown = pageOf(kettles({ odd }), '1');

    expect(shown).not.toMatch(/<b onclick|<script|<\/pre><script/);
    expect(shown).toContain('&#60;b onclick');
  });
});
