// fast-check with one seed for every property test: a red run speaks of the change, not of luck. `FC_SEED=$RANDOM npm test` looks elsewhere.

import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 26) });

export default fc;
