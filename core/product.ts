import * as access from './access/index.ts';
import * as binder from './binder/index.ts';
import * as boundary from './boundary/index.ts';
import * as check from './check/index.ts';
import * as connector from './connector/index.ts';
import * as control from './control/index.ts';
import * as crosswalk from './crosswalk/index.ts';
import * as customer from './customer/index.ts';
import * as directory from './directory/index.ts';
import * as duty from './duty/index.ts';
import * as effectiveness from './effectiveness/index.ts';
import * as erasing from './erasing/index.ts';
import * as erasure from './erasure/index.ts';
import * as evidence from './evidence/index.ts';
import * as evidenceUse from './evidence-use/index.ts';
import * as exchange from './exchange/index.ts';
import * as firstRun from './first-run/index.ts';
import * as framework from './framework/index.ts';
import * as integrity from './integrity/index.ts';
import * as kernel from './kernel/index.ts';
import * as notification from './notification/index.ts';
import * as organisation from './organisation/index.ts';
import * as overlap from './overlap/index.ts';
import * as planner from './planner/index.ts';
import * as people from './people/index.ts';
import * as policy from './policy/index.ts';
import * as programme from './programme/index.ts';
import * as search from './search/index.ts';
import * as setup from './setup/index.ts';
import * as proof from './proof/index.ts';
import * as work from './work/index.ts';
import * as posture from './posture/index.ts';
import * as timeline from './timeline/index.ts';
import * as transition from './transition/index.ts';
import * as witnessing from './witnessing/index.ts';
import { compose } from './kernel/index.ts';

/** Everything a user can see or do. A new register is a folder and one line here. */
export const product = compose([
  kernel,
  people,
  access,
  framework,
  crosswalk,
  boundary,
  programme,
  customer,
  organisation,
  proof,
  witnessing,
  control,
  transition,
  directory,
  evidence,
  erasure,
  erasing,
  policy,
  connector,
  check,
  effectiveness,
  exchange,
  evidenceUse,
  timeline,
  posture,
  overlap,
  duty,
  setup,
  work,
  firstRun,
  search,
  notification,
  planner,
  integrity,
  binder,
]);
