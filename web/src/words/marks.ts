export const words = {
  title: 'How to read the marks',
  sentence: 'Filled: it happened. Hollow: it did not. Hatched: nobody saw.',
  sub: 'Colour only repeats what the shape says. What is fine is drawn thin; what needs somebody is drawn tall.',
  occurrences: 'Occurrences of a control',
  occurrencesHelp: 'A cell is one time that a control was due.',
  lane: 'A check over time',
  laneHelp:
    'Thin while it passes, tall while it fails, hatched while no source answered, dotted where it did not apply.',
  ribbon: 'A requirement over time',
  ribbonHelp: 'The more it needs you, the thicker.',
  states: 'States',
  statesHelp: 'Of requirements, controls, evidence and runs: one mark and one word each.',
  clocks: 'Two clocks',
  clocksHelp:
    'True at ●, known at ▢. The line between them is how long after the fact it was recorded; ochre when that is long.',
  proof: 'Proof',
  proofHelp:
    'Five bars: the bytes, their entry in the log, a signed checkpoint, a witness, an outside time. A hollow bar is not there yet.',
} as const;
