/** When an alarm was acknowledged. What was acknowledged before this step keeps no time here: the site's journal has it. */
export const statements: readonly string[] = ['ALTER TABLE alarms ADD COLUMN acknowledged_at text']
