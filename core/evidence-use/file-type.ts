/** What a file calls itself by the end of its name, as people say it. The bytes may be something else: nothing is decided by it. */
const TYPES: Readonly<Record<string, string>> = {
  csv: 'CSV table',
  doc: 'Word document',
  docx: 'Word document',
  eml: 'E-mail',
  gif: 'GIF image',
  htm: 'Web page',
  html: 'Web page',
  jpeg: 'JPEG image',
  jpg: 'JPEG image',
  json: 'JSON',
  log: 'Log',
  md: 'Markdown text',
  mov: 'Video',
  mp4: 'Video',
  msg: 'E-mail',
  odt: 'OpenDocument text',
  ods: 'OpenDocument table',
  pdf: 'PDF',
  png: 'PNG image',
  pptx: 'PowerPoint slides',
  svg: 'SVG image',
  tar: 'Archive',
  gz: 'Archive',
  txt: 'Text',
  xls: 'Excel table',
  xlsx: 'Excel table',
  xml: 'XML',
  yaml: 'YAML',
  yml: 'YAML',
  zip: 'Archive',
};

export function fileType(name: string): string {
  const end = /\.([A-Za-z0-9]{1,10})$/.exec(name)?.[1]?.toLowerCase();
  if (end === undefined) return 'File';
  return TYPES[end] ?? `${end.toUpperCase()} file`;
}
