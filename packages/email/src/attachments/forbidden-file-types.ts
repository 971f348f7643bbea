// File types that are never sent, because receivers refuse or fear them. Source: Postmark's list of forbidden attachments.

const forbiddenExtensions: ReadonlySet<string> = new Set(
  (
    'vbs exe bin bat chm com cpl crt hlp hta inf ins isp jse lnk mdb pcd pif reg scr sct shs vbe vba wsf wsh wsl ' +
    'msc msi msp mst'
  ).split(' '),
);

/**
 * By the last extension, in any case. Dots, spaces and control characters at the end do not count: Windows drops them, so
 * `virus.exe.` is run like `virus.exe`.
 */
export function isForbiddenFileName(name: string): boolean {
  let end = name.length;
  while (end > 0 && isDroppedAtEnd(name.charCodeAt(end - 1))) end -= 1;
  const dot = name.lastIndexOf('.', end - 1);
  return dot !== -1 && end > 0 && forbiddenExtensions.has(name.slice(dot + 1, end).toLowerCase());
}

function isDroppedAtEnd(code: number): boolean {
  return code <= 0x20 || code === 0x2e || code === 0x7f || code === 0xa0;
}
