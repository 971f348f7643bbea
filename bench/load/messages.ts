// The messages of the benches: 10 KB of text and HTML as a shop would send them, each to somebody else.

const bodyBytes = 10_240;

function sentences(count: number, number: number): string[] {
  return Array.from(
    { length: count },
    (_, index) =>
      `Item ${index + 1}: your order ${number * 7919 + index} was packed today and leaves tomorrow at ${index % 24}:30.`,
  );
}

/** The two bodies together have 10 KB. */
export function makeMessage(number: number): object {
  const html = `<html><body>\n${sentences(58, number)
    .map(line => `<p>${line}</p>`)
    .join('\n')}\n</body></html>`;
  const text = sentences(200, number).join('\n');
  return {
    From: 'Shop <orders@shop.test>',
    To: `Customer ${number} <customer-${number}@inbox.test>`,
    Subject: `Your order ${number * 7919} is on its way`,
    Tag: 'order-sent',
    HtmlBody: html,
    TextBody: text.slice(0, bodyBytes - html.length),
    Metadata: { order: String(number * 7919) },
  };
}
