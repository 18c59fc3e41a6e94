/** What documents of office programs are called by the endings of their names. */

const OPEN_XML = "application/vnd.openxmlformats-officedocument.";
const OPEN_DOCUMENT = "application/vnd.oasis.opendocument.";
/** What a system calls them depends on what is installed there. */
export const OFFICE_TYPES: Readonly<Record<string, string>> = {
  docx: `${OPEN_XML}wordprocessingml.document`,
  pptx: `${OPEN_XML}presentationml.presentation`,
  xlsx: `${OPEN_XML}spreadsheetml.sheet`,
  odt: `${OPEN_DOCUMENT}text`,
  odp: `${OPEN_DOCUMENT}presentation`,
  ods: `${OPEN_DOCUMENT}spreadsheet`,
  doc: "application/msword",
  ppt: "application/vnd.ms-powerpoint",
  xls: "application/vnd.ms-excel",
  rtf: "application/rtf",
};
