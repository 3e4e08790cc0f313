import type { ReactElement } from 'react';
import { Requirements } from './Requirements.tsx';

export default function Iso27001(): ReactElement {
  return <Requirements framework="iso27001" />;
}
