import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core';
import { createTheme } from '@mantine/core';

/** Ten steps of a meaning: tint, mark and text are tokens.css’s, which switches light and dark by itself. */
const steps = (name: string): MantineColorsTuple => {
  const [tint, mark, text] = [`var(--cs-${name}-tint)`, `var(--cs-${name})`, `var(--cs-${name}-text)`];
  return [tint, tint, tint, tint, mark, mark, mark, mark, text, text];
};
const INK: MantineColorsTuple = [
  'var(--cs-sunken)',
  'var(--cs-sunken)',
  'var(--cs-line-2)',
  'var(--cs-line-2)',
  'var(--cs-edge)',
  'var(--cs-edge)',
  'var(--cs-solid)',
  'var(--cs-solid)',
  'var(--cs-solid)',
  'var(--cs-solid)',
];

export const theme = createTheme({
  fontFamily: 'var(--cs-sans)',
  fontFamilyMonospace: 'var(--cs-mono)',
  fontSizes: {
    xs: 'var(--cs-fs-2)',
    sm: 'var(--cs-fs-3)',
    md: 'var(--cs-fs-4)',
    lg: 'var(--cs-fs-5)',
    xl: 'var(--cs-fs-6)',
  },
  spacing: { xs: 'var(--cs-2)', sm: 'var(--cs-3)', md: 'var(--cs-4)', lg: 'var(--cs-6)', xl: 'var(--cs-8)' },
  radius: { xs: 'var(--cs-r-1)', sm: 'var(--cs-r-2)', md: 'var(--cs-r-3)' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  primaryColor: 'ink',
  primaryShade: 6,
  colors: { ink: INK, ok: steps('ok'), warn: steps('warn'), bad: steps('bad'), time: steps('time') },
  components: {
    TextInput: { defaultProps: { size: 'sm', inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    PasswordInput: { defaultProps: { size: 'sm', inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    Textarea: { defaultProps: { size: 'sm', inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    Select: { defaultProps: { size: 'sm', inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    MultiSelect: { defaultProps: { size: 'sm', inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    Tooltip: {
      defaultProps: { openDelay: 400, multiline: true, w: 280, events: { hover: true, focus: true, touch: true } },
    },
    Drawer: { defaultProps: { position: 'right', size: 'var(--cs-panel)' } },
  },
});

/** Mantine’s own colours by meaning; light and dark get the same names, since the tokens switch. */
export const variables: CSSVariablesResolver = () => {
  const same = {
    '--mantine-color-body': 'var(--cs-page)',
    '--mantine-color-text': 'var(--cs-text)',
    '--mantine-color-dimmed': 'var(--cs-text-3)',
    '--mantine-color-placeholder': 'var(--cs-text-3)',
    '--mantine-color-anchor': 'var(--cs-link)',
    '--mantine-color-error': 'var(--cs-bad-text)',
    '--mantine-color-default': 'var(--cs-surface)',
    '--mantine-color-default-hover': 'var(--cs-hover)',
    '--mantine-color-default-border': 'var(--cs-edge)',
    '--mantine-color-default-color': 'var(--cs-text)',
    '--mantine-primary-color-filled': 'var(--cs-solid)',
    '--mantine-primary-color-filled-hover': 'var(--cs-solid-hover)',
    '--mantine-primary-color-contrast': 'var(--cs-on-solid)',
    '--mantine-color-disabled': 'var(--cs-sunken)',
    '--mantine-color-disabled-color': 'var(--cs-text-3)',
    '--mantine-color-disabled-border': 'var(--cs-line-2)',
  };
  return { variables: {}, light: same, dark: same };
};
