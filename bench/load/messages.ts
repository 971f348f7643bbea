// The messages of the benches: 10 KB of text and HTML as a shop would send them, each to somebody else. The words come by
// chance, so that they compress as mail does (to about a third), and not as one sentence said a hundred times.

const bodyBytes = 10_240;
const htmlShare = 0.65;

const words =
  `your order of today was packed this morning and will leave our house tomorrow with the first van so please keep an eye on
the door because we can not ring twice parcel invoice delivery number address street city customer service returns within
thirty days refund exchange size colour blue green red cotton wool leather shoes jacket trousers shirt kitchen garden table
lamp chair basket price total amount tax discount voucher gift card thank you for shopping have questions just reply to
message or call us between nine five weekdays team happy help terms privacy unsubscribe preferences account sign view online
track shipment carrier estimated arrival friday monday signed neighbour pick up point nearest opening hours label printer tape`.split(
    /\s+/,
  );

/** A small generator (Numerical Recipes' constants), so that message 17 is the same message in each run. */
function chance(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function sentence(pick: (below: number) => number): string {
  const said = Array.from({ length: 6 + pick(10) }, () => words[pick(words.length)]);
  return `${said.join(' ')} ${pick(100_000)}.`;
}

function lines(pick: (below: number) => number, bytes: number, write: (text: string) => string): string {
  let text = '';
  while (text.length < bytes) text += write(sentence(pick));
  return text.slice(0, bytes);
}

/** The two bodies together have 10 KB. */
export function makeMessage(number: number): object {
  const pick = chance(number);
  const htmlBytes = Math.floor(bodyBytes * htmlShare);
  const paragraphs = lines(pick, htmlBytes - 40, text => `<tr><td style="padding:8px 16px">${text}</td></tr>\n`);
  return {
    From: 'Shop <orders@shop.test>',
    To: `Customer ${number} <customer-${number}@inbox.test>`,
    Subject: `Your order ${number * 7919} is on its way`,
    Tag: 'order-sent',
    HtmlBody: `<html><body>\n${paragraphs}\n</body></html>\n`,
    TextBody: lines(pick, bodyBytes - htmlBytes, text => `${text}\n`),
    Metadata: { order: String(number * 7919) },
  };
}
