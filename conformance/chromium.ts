// The browser of Debian's package `chromium`; what needs it is skipped where it is not installed.

import { existsSync } from 'node:fs';

export const chromiumPath = '/usr/bin/chromium';
export const skipWithoutChromium = existsSync(chromiumPath) ? false : `no Chromium is installed as ${chromiumPath}`;
