/** What the panel of a requirement shows, in its order. */
export const PANEL_TABS = ['controls', 'crosswalk', 'evidence', 'parts'] as const;
export type PanelTab = (typeof PANEL_TABS)[number];
