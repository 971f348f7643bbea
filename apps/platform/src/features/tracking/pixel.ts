// The picture that is requested when a mail is opened: one transparent point, the smallest GIF there is (43 bytes).

export const pixel: Buffer = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
