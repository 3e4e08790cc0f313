import type { ReactElement } from 'react';
import { Requirements } from './Requirements.tsx';

export default function Soc2(): ReactElement {
  return <Requirements framework="soc2" />;
}
