// File types that may not be attached, because receivers refuse mail with them. Source: Postmark's page on attachments.

const forbiddenExtensions: ReadonlySet<string> = new Set(
  `vbs exe bin bat chm com cpl crt hlp hta inf ins isp jse lnk mdb pcd pif reg scr sct shs vbe vba wsf wsh wsl msc msi
  msp mst`.split(/\s+/),
);

/** Goes by the last extension, which is the one that a double click obeys: `photo.jpg.exe` is forbidden. */
export function isForbiddenFileName(name: string): boolean {
  const kept = nameAsStored(name);
  const dot = kept.lastIndexOf('.');
  return dot !== -1 && forbiddenExtensions.has(kept.slice(dot + 1).toLowerCase());
}

/**
 * What Windows makes of a name when it is saved: without dots and spaces at the end, without what follows a colon
 * (`setup.exe::$DATA` names a stream of the file `setup.exe`), and without controls and invisible characters.
 */
function nameAsStored(name: string): string {
  const visible = name.replace(/[\p{Cc}\p{Cf}]/gu, '');
  const file = visible.slice(Math.max(visible.lastIndexOf('/'), visible.lastIndexOf('\\')) + 1);
  const colon = file.indexOf(':', 1);
  const withoutStream = colon === -1 ? file : file.slice(0, colon);
  // Not /[. ]+$/, which takes quadratic time on a long row of spaces.
  let end = withoutStream.length;
  while (end > 0 && /[.\s]/.test(withoutStream.charAt(end - 1))) end -= 1;
  return withoutStream.slice(0, end);
}
