import { Drawer, Modal } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { words } from '../words/kit.ts';

/** Mantine writes the head of a dialog as `header`, which outside an article is the page’s banner: there is one already. */
const NO_LANDMARK = { header: { role: 'none' } } as const;

/** The panel of a proof opens above whatever is open: what lies beneath is not closed with it. */
const useIsBeneath = (): boolean =>
  useSearch({ strict: false, select: (search: Readonly<Record<string, unknown>>) => search['proof'] !== undefined });

/** Detail beside a list, 400 px; the whole width on small screens. What is open is in the address, so `onClose` changes that. */
export function Panel({
  title,
  open,
  onClose,
  above,
  children,
}: {
  readonly title: ReactNode;
  readonly open: boolean;
  readonly onClose: () => void;
  /** Only of the panel of a proof. */
  readonly above?: true;
  readonly children: ReactNode;
}): ReactElement {
  const isBeneath = useIsBeneath() && above !== true;
  return (
    <Drawer
      opened={open}
      onClose={onClose}
      closeOnEscape={!isBeneath}
      trapFocus={!isBeneath}
      title={title}
      closeButtonProps={{ 'aria-label': words.form.close }}
      attributes={NO_LANDMARK}
    >
      {children}
    </Drawer>
  );
}

/** Only for what cannot be taken back, and for short forms where a panel would be too much. */
export function Dialog({
  title,
  open,
  onClose,
  children,
  size = 'md',
}: {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly size?: 'sm' | 'md' | 'lg';
}): ReactElement {
  const isBeneath = useIsBeneath();
  return (
    <Modal
      opened={open}
      onClose={onClose}
      closeOnEscape={!isBeneath}
      trapFocus={!isBeneath}
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': words.form.close }}
      attributes={NO_LANDMARK}
    >
      {children}
    </Modal>
  );
}
