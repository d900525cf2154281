/** The centre's own verdict on each refrigerator (`domain/cold-chain/verdict.ts`): its state, plain JSON, after the last record of the journal. */
export const statements: readonly string[] = [
  'CREATE TABLE verdicts (site text, thermometer text, state text NOT NULL, PRIMARY KEY (site, thermometer))',
]
