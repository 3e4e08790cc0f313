import type { ReactElement } from 'react';
import { useMe } from '../../api/session.ts';
import { MembersCard } from './Members.tsx';
import { ProvidersCard } from './Providers.tsx';
import { TokensCard } from './Tokens.tsx';
import '../security/security.css';
import './access.css';

/** Who signs in here, and what signs in by itself. */
export default function Access(): ReactElement {
  const roles = useMe().data?.actor.roles ?? [];
  return (
    <div className="grid access">
      <MembersCard />
      <TokensCard />
      {roles.includes('owner') ? <ProvidersCard /> : undefined}
    </div>
  );
}
