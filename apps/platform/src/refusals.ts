// The one catalogue of refusals: what we decline, with Postmark's ErrorCode, the HTTP status and the usual text.
// Source: Postmark's error code table. Where a text was recorded from the real service, it stands here word for
// word, because clients match on it. docs/reference/error-codes.md is generated from this file.

export type RefusalEntry = { code: number; status: number; text: string };

export const refusals = {
  // Tokens, and the request as such.
  server_token_invalid: { code: 10, status: 401, text: 'Request does not contain a valid Server token.' },
  account_token_invalid: { code: 10, status: 401, text: 'Request does not contain a valid Account token.' },
  both_tokens: {
    code: 10,
    status: 401,
    text: 'Please do not include Account API Token for Server API Token calls.',
  },
  // Ours: Postmark has no such endpoint.
  metrics_token_invalid: { code: 10, status: 401, text: 'Request does not contain the token for metrics.' },
  several_errors: {
    code: 11,
    status: 422,
    text: 'Multiple errors occurred. Please look at the Errors property for details.',
  },
  bulk_request_not_found: { code: 12, status: 404, text: 'The requested resource was not found.' },
  // Postmark's own answer to an unknown path is not known. Code 12 is its only general "not found"; a number of our
  // own, or 404 and 405 (405 means "out of credits"), would mean something else to a client.
  route_not_found: { code: 12, status: 404, text: 'The requested resource was not found.' },
  // Ours: Postmark has no endpoint for account tokens, so the general "not found" and "not supported" are given.
  account_token_not_found: { code: 12, status: 404, text: 'This account token was not found.' },
  account_token_is_last: {
    code: 615,
    status: 422,
    text: 'The last token of an account cannot be revoked: make another one first.',
  },
  method_not_allowed: { code: 12, status: 405, text: 'This path does not answer to this HTTP method.' },
  pagination_key_invalid: { code: 13, status: 422, text: 'The pagination key is not valid.' },
  approval_required: {
    code: 14,
    status: 422,
    text: 'This account is not approved for the Bulk API. Please contact support to use it.',
  },
  maintenance: { code: 100, status: 503, text: 'The service is not available right now. Please try again.' },
  unexpected: { code: 101, status: 500, text: 'An unexpected error occurred.' },
  json_invalid: { code: 402, status: 422, text: 'Received invalid JSON input.' },
  fields_invalid: { code: 403, status: 422, text: 'Invalid request field(s).' },
  // Code 409 is the historical number of this refusal; its status was 422 until Postmark moved to 415.
  media_type_unsuitable: {
    code: 409,
    status: 415,
    text: "This API speaks JSON: the 'Accept' and 'Content-Type' headers must name 'application/json'.",
  },
  // Postmark documents the status only. Its code 413 means "account may not send", so the general 300 is given.
  payload_too_large: { code: 300, status: 413, text: 'The request is larger than this endpoint accepts.' },
  // Postmark documents no code here, and clients look at the status only.
  rate_limited: { code: 429, status: 429, text: 'Too many requests. Please wait a moment and try again.' },

  // Sending.
  email_invalid: { code: 300, status: 422, text: 'The email request is invalid.' },
  // Ours: Postmark has no Idempotency-Key. 300 is its general number for a request to send that is wrong; 409 is the
  // status that says "not now" (draft-ietf-httpapi-idempotency-key-header 2.7).
  idempotency_key_invalid: {
    code: 300,
    status: 422,
    text: "The 'Idempotency-Key' must have 1 to 255 printable ASCII characters.",
  },
  idempotency_key_reused: {
    code: 300,
    status: 422,
    text: "The 'Idempotency-Key' was already used for another request.",
  },
  idempotency_under_way: {
    code: 300,
    status: 409,
    text: "A request with this 'Idempotency-Key' is still under way. Please try again.",
  },
  sender_not_found: {
    code: 400,
    status: 422,
    text: "The 'From' address you supplied is not a Sender Signature on your account.",
  },
  sender_unconfirmed: { code: 401, status: 422, text: "The 'From' address you supplied is not confirmed." },
  not_allowed_to_send: { code: 405, status: 422, text: 'This account has used up what it may send.' },
  recipients_inactive: {
    code: 406,
    status: 422,
    text: 'You tried to send to recipient(s) that have been marked as inactive.',
  },
  // 407 and 408 are the numbers of 2010. They stay listed for readers of old logs; 1001 and 1000 are given today.
  bounce_not_found_2010: { code: 407, status: 422, text: 'The bounce was not found.' },
  bounce_query_invalid_2010: { code: 408, status: 422, text: 'The bounce query is not valid.' },
  batch_too_large: {
    code: 410,
    status: 422,
    text: 'You may only send up to 500 messages in a single batched request.',
  },
  attachment_forbidden: { code: 411, status: 422, text: 'The attachment has a file type that is not allowed.' },
  account_pending: {
    code: 412,
    status: 422,
    text: "While your account is pending approval, all recipient addresses must share the same domain as the 'From' address.",
  },
  account_may_not_send: { code: 413, status: 422, text: 'This account may not send.' },
  server_or_account_invalid: {
    code: 422,
    status: 422,
    text: 'The server or the account of this request is not valid, or is disabled.',
  },
  stream_unknown: { code: 1235, status: 422, text: 'The stream provided does not exist on this server.' },
  stream_cannot_send: { code: 1236, status: 422, text: 'This message stream cannot be used to send messages.' },
  caller_address_not_allowed: {
    code: 1480,
    status: 422,
    text: 'The address this request comes from is not on the allow-list of this server.',
  },

  // Sender signatures and domains.
  sender_or_domain_list_invalid: { code: 500, status: 422, text: 'The paging of the list is invalid.' },
  signature_not_found: { code: 501, status: 404, text: 'This sender signature was not found.' },
  signature_without_dkim: { code: 501, status: 500, text: 'This sender signature has no DKIM data.' },
  sender_or_domain_update_empty: { code: 502, status: 422, text: 'The request holds nothing to update.' },
  public_domain_not_allowed: {
    code: 503,
    status: 422,
    text: 'Addresses of public mail services cannot be used as sender signatures.',
  },
  signature_exists: { code: 504, status: 422, text: 'This sender signature already exists.' },
  dkim_renewal_running: { code: 505, status: 422, text: 'This DKIM is already being renewed.' },
  signature_already_confirmed: { code: 506, status: 422, text: 'This sender signature is already confirmed.' },
  signature_of_other_account: { code: 507, status: 422, text: 'This sender signature belongs to someone else.' },
  dkim_not_renewing: { code: 508, status: 422, text: 'No DKIM of this domain is being renewed.' },
  domain_not_found: { code: 510, status: 422, text: 'This domain was not found.' },
  sender_or_domain_fields_invalid: { code: 511, status: 422, text: 'Some fields of the request are not valid.' },
  domain_exists: { code: 512, status: 422, text: 'This domain already exists.' },
  domain_of_other_account: { code: 513, status: 422, text: 'This domain belongs to someone else.' },
  domain_name_required: { code: 514, status: 422, text: "A domain needs a 'Name'." },
  domain_name_too_long: { code: 515, status: 422, text: "The 'Name' of a domain is limited to 255 characters." },
  domain_name_invalid: { code: 516, status: 422, text: "The 'Name' is not a valid domain name." },
  sender_or_domain_field_required: { code: 520, status: 422, text: 'A required field is missing.' },
  sender_or_domain_field_too_long: { code: 521, status: 422, text: 'A field is too long.' },
  sender_or_domain_field_invalid: { code: 522, status: 422, text: 'The value of a field is not valid.' },
  return_path_record_missing: {
    code: 523,
    status: 422,
    text: 'Please add the CNAME record of the return path domain to your DNS first.',
  },
  dkim_check_misconfigured: {
    code: 709,
    status: 500,
    text: 'The DKIM check failed because of a problem with its configuration.',
  },

  // Servers.
  server_list_invalid: { code: 600, status: 422, text: 'The paging or a filter of the list is invalid.' },
  server_not_found: { code: 601, status: 422, text: 'This server was not found.' },
  server_token_not_found: { code: 601, status: 422, text: 'This server has no such token.' },
  inbound_domain_in_use: { code: 602, status: 422, text: "The 'InboundDomain' is already used by another server." },
  server_name_exists: { code: 603, status: 422, text: 'A server of this name already exists on this account.' },
  server_deletion_not_enabled: {
    code: 604,
    status: 422,
    text: 'Deleting servers through the API is not enabled for this account.',
  },
  server_cannot_be_deleted: { code: 605, status: 422, text: 'This server cannot be deleted at this time.' },
  hook_url_invalid: { code: 606, status: 422, text: 'The webhook URL is not valid, or leads to an internal address.' },
  /** An extension of ours; the number is that of a hook URL, which it stands beside. */
  inbound_action_invalid: { code: 606, status: 422, text: "The 'InboundAction' is not valid." },
  server_color_invalid: { code: 607, status: 422, text: "The 'Color' is not one of the colors a server can have." },
  server_name_invalid: { code: 608, status: 422, text: "The 'Name' of the server is missing or not valid." },
  server_data_missing: { code: 609, status: 422, text: 'The request holds no server data.' },
  inbound_domain_mx_missing: {
    code: 610,
    status: 422,
    text: "The MX record of the 'InboundDomain' does not point to this installation.",
  },
  inbound_spam_threshold_invalid: {
    code: 611,
    status: 422,
    text: "The 'InboundSpamThreshold' must be between 0 and 30.",
  },
  track_links_invalid: {
    code: 612,
    status: 422,
    text: "'TrackLinks' must be one of None, HtmlAndText, HtmlOnly and TextOnly.",
  },
  delivery_type_invalid: { code: 613, status: 422, text: "'DeliveryType' must be one of Live and Sandbox." },
  plan_limit_reached: { code: 614, status: 422, text: 'A limit of this account has been reached.' },
  action_not_supported: { code: 615, status: 422, text: 'This action is not supported.' },

  // Messages.
  message_search_invalid: { code: 700, status: 422, text: 'The paging or a filter of the search is invalid.' },
  message_not_found: { code: 701, status: 422, text: 'This message was not found.' },
  // Ours: Postmark schedules nothing. 701 is its number for a message that is not there.
  scheduled_message_not_found: { code: 701, status: 422, text: 'This scheduled message was not found.' },
  scheduled_message_ended: { code: 701, status: 422, text: 'This message does not wait any more.' },
  inbound_cannot_be_bypassed: { code: 702, status: 422, text: 'This inbound message cannot be bypassed.' },
  inbound_cannot_be_retried: { code: 703, status: 422, text: 'This inbound message cannot be retried.' },

  // Triggers and inbound rules. 801, 803 and 808 belong to tag triggers, which Postmark has removed.
  trigger_list_invalid: { code: 800, status: 422, text: 'The paging of the list is invalid.' },
  tag_trigger_exists: { code: 801, status: 422, text: 'A trigger for this tag already exists.' },
  tag_trigger_not_deleted: { code: 803, status: 422, text: 'The trigger could not be removed.' },
  tag_trigger_not_found: { code: 808, status: 422, text: 'This trigger was not found.' },
  trigger_data_missing: { code: 809, status: 422, text: 'The request holds no trigger data.' },
  inbound_rule_exists: { code: 810, status: 422, text: 'This inbound rule already exists.' },
  inbound_rule_not_removed: { code: 811, status: 422, text: 'The inbound rule could not be removed.' },
  inbound_rule_not_found: { code: 812, status: 422, text: 'This inbound rule was not found.' },
  inbound_rule_invalid: { code: 813, status: 422, text: "The 'Rule' must be an email address or a domain." },

  // Statistics.
  stats_dates_invalid: { code: 900, status: 422, text: 'A date of the filter is not valid.' },
  stats_from_too_early: { code: 1500, status: 422, text: "The 'FromDate' is more than a year back." },
  stats_count_invalid: { code: 1501, status: 422, text: "The 'count' is out of range." },
  stats_dates_reversed: { code: 1502, status: 422, text: "The 'FromDate' must come before the 'ToDate'." },

  // Bounces.
  bounce_list_invalid: { code: 1000, status: 422, text: 'The paging or a filter of the list is invalid.' },
  bounce_not_found: { code: 1001, status: 422, text: 'This bounce was not found.' },
  bounce_id_missing: { code: 1002, status: 400, text: 'The id of the bounce is missing.' },
  bounce_cannot_be_activated: {
    code: 1003,
    status: 422,
    text: 'Due to the type of bounce, this address cannot be reactivated.',
  },

  // Ours: Postmark does not document what its widget asks.
  rebound_token_invalid: { code: 10, status: 401, text: 'The public token of Rebound is not valid.' },

  // Templates.
  template_list_invalid: { code: 1100, status: 422, text: 'The paging or a filter of the list is invalid.' },
  template_not_found: {
    code: 1101,
    status: 422,
    text: "The 'TemplateId' associated with this request is not valid or was not found.",
  },
  template_alias_not_found: {
    code: 1101,
    status: 422,
    text: "The Template's 'Alias' associated with this request is not valid or was not found.",
  },
  template_limit_reached: { code: 1105, status: 422, text: 'This server has reached its limit of templates.' },
  template_data_missing: { code: 1109, status: 422, text: 'No template data received.' },
  template_field_required: { code: 1120, status: 422, text: 'A required field of the template is missing.' },
  template_field_too_long: { code: 1121, status: 422, text: 'A field of the template is too long.' },
  template_field_invalid: { code: 1122, status: 422, text: 'A field of the template is not valid.' },
  template_field_not_allowed: { code: 1123, status: 422, text: 'A field is not allowed for this template.' },
  template_push_impossible: { code: 1124, status: 422, text: 'There is no template with an alias to push.' },
  template_push_types_differ: {
    code: 1125,
    status: 422,
    text: 'The same alias is a template on one server and a layout on the other.',
  },
  layout_in_use: { code: 1130, status: 422, text: 'This layout is still used by templates.' },
  layout_placeholder_missing: {
    code: 1131,
    status: 422,
    text: 'The layout content placeholder must be present exactly once.',
  },

  // Message streams.
  streams_not_permitted: { code: 1220, status: 422, text: 'You do not have permission for message streams.' },
  stream_type_invalid: { code: 1221, status: 422, text: "The 'MessageStreamType' is not valid." },
  stream_id_required: { code: 1222, status: 422, text: "A message stream needs an 'ID'." },
  stream_name_required: { code: 1223, status: 422, text: "A message stream needs a 'Name'." },
  stream_name_too_long: {
    code: 1224,
    status: 422,
    text: "The 'Name' of a message stream is limited to 100 characters.",
  },
  stream_limit_reached: { code: 1225, status: 422, text: 'A server is limited to 10 message streams.' },
  stream_not_found: { code: 1226, status: 422, text: "The message stream for the provided 'ID' was not found." },
  stream_id_invalid: { code: 1227, status: 422, text: "The format of the 'ID' is not valid." },
  stream_second_inbound: { code: 1228, status: 422, text: 'A server can have only one inbound stream.' },
  stream_default_cannot_be_archived: {
    code: 1229,
    status: 422,
    text: 'The default transactional stream and the inbound stream cannot be archived.',
  },
  stream_id_exists: { code: 1230, status: 422, text: "The 'ID' is already used on this server." },
  stream_description_too_long: { code: 1231, status: 422, text: "The 'Description' is limited to 1000 characters." },
  stream_too_late_to_unarchive: { code: 1232, status: 422, text: 'It is too late to unarchive this message stream.' },
  stream_id_prefix_forbidden: { code: 1233, status: 422, text: "The 'ID' may not start with 'pm-'." },
  stream_description_has_html: { code: 1234, status: 422, text: "The 'Description' may not contain HTML tags." },
  stream_id_reserved: { code: 1237, status: 422, text: "The 'ID' is reserved." },
  unsubscribe_custom_not_permitted: {
    code: 1238,
    status: 422,
    text: 'Custom unsubscribe handling is not permitted for this account.',
  },
  unsubscribe_handling_not_supported: {
    code: 1239,
    status: 422,
    text: "The 'UnsubscribeHandlingType' is not supported for this type of message stream.",
  },
  unsubscribe_handling_invalid: { code: 1240, status: 422, text: "The 'UnsubscribeHandlingType' is not valid." },
  stream_cannot_be_archived: { code: 1241, status: 422, text: 'This message stream cannot be archived at this time.' },

  // Data removal.
  data_removal_request_invalid: { code: 1300, status: 422, text: 'The data removal request is empty or not valid.' },
  data_removal_id_invalid: { code: 1301, status: 422, text: 'The id of the data removal request is missing or wrong.' },
  data_removal_not_allowed: { code: 1302, status: 422, text: 'This account may not use the data removal API.' },

  // Webhooks.
  webhook_stream_archived: { code: 1350, status: 422, text: 'The message stream of the webhook is archived.' },
  webhook_stream_inbound: { code: 1351, status: 422, text: 'An inbound message stream cannot have webhooks.' },
  webhook_not_found: { code: 1352, status: 422, text: "The webhook for the provided 'ID' was not found." },
  webhook_trigger_not_supported: {
    code: 1353,
    status: 422,
    text: 'A trigger of the webhook is not supported by its message stream.',
  },
  webhook_url_invalid: { code: 1354, status: 422, text: "A webhook needs a valid 'Url'." },
  webhook_body_required: { code: 1355, status: 422, text: 'The request needs a body.' },
  webhook_id_not_allowed: { code: 1356, status: 422, text: "An 'ID' must not be provided." },
  webhook_identity_fixed: { code: 1357, status: 422, text: "'ID' and 'MessageStream' cannot be changed." },
  webhook_header_name_required: { code: 1358, status: 422, text: "Each of the 'HttpHeaders' needs a valid 'Name'." },
  webhook_limit_reached: { code: 1359, status: 422, text: 'The limit of webhooks has been reached.' },
  webhook_of_integration: { code: 1360, status: 422, text: 'The webhook of an integration cannot be updated.' },
  webhook_field_invalid: { code: 1361, status: 422, text: 'The value of a field is not valid.' },
  webhook_status_invalid: { code: 1362, status: 422, text: "The 'Status' is not valid." },
  webhook_status_not_allowed: { code: 1363, status: 422, text: "A 'Status' cannot be provided." },
  // Ours: Postmark keeps no calls. 1361 is its general number for a wrong value in a request about webhooks.
  webhook_call_not_found: { code: 1361, status: 422, text: 'This webhook has no call of this id.' },
  event_feed_invalid: { code: 1361, status: 422, text: 'A filter or the cursor of the event feed is not valid.' },
  webhook_call_list_invalid: { code: 1361, status: 422, text: 'A filter of the list of calls is not valid.' },
  webhook_url_check_failed: { code: 1364, status: 422, text: "The 'Url' of the webhook did not pass its check." },

  // Suppressions.
  suppression_count_required: { code: 1400, status: 422, text: "The 'count' is missing." },
  suppression_count_invalid: { code: 1401, status: 422, text: "The 'count' is not valid." },
  suppression_offset_required: { code: 1402, status: 422, text: "The 'offset' is missing." },
  suppression_offset_invalid: { code: 1403, status: 422, text: "The 'offset' is not valid." },
  suppression_reason_invalid: { code: 1404, status: 422, text: "The 'SuppressionReason' is not valid." },
  suppression_origin_invalid: { code: 1405, status: 422, text: "The 'Origin' is not valid." },
  suppression_change_forbidden: {
    code: 1406,
    status: 422,
    text: 'You do not have the required authority to change this suppression.',
  },
  suppression_failed: { code: 1407, status: 422, text: 'The suppression could not be processed.' },
  suppression_address_invalid: { code: 1408, status: 422, text: 'An invalid email address was provided.' },
  suppression_body_required: { code: 1409, status: 422, text: 'The request needs a body.' },
  suppression_too_many: { code: 1410, status: 422, text: 'A request is limited to 50 email addresses.' },
  suppression_address_required: { code: 1411, status: 422, text: "An 'EmailAddress' is required." },

  // SMTP tokens.
  smtp_token_server_required: { code: 1450, status: 422, text: "The 'serverId' is required." },
  smtp_token_not_found: { code: 1451, status: 422, text: 'This SMTP token was not found.' },
  smtp_token_body_required: { code: 1452, status: 422, text: 'The request needs a body.' },
  smtp_token_server_not_found: { code: 1453, status: 422, text: 'The server was not found.' },
  smtp_token_stream_invalid: { code: 1454, status: 422, text: "A valid 'MessageStream' is required." },
  smtp_token_server_invalid: { code: 1455, status: 422, text: "A valid 'ServerID' is required." },
  smtp_token_length_invalid: { code: 1456, status: 422, text: 'The length of a field is out of range.' },
  smtp_token_stream_inbound: { code: 1457, status: 422, text: 'An inbound message stream cannot have SMTP tokens.' },
  smtp_token_limit_reached: {
    code: 1458,
    status: 422,
    text: 'The limit of SMTP tokens of this message stream has been reached.',
  },
  smtp_token_stream_archived: { code: 1459, status: 422, text: 'The message stream of the SMTP token is archived.' },
  smtp_token_smtp_disabled: { code: 1460, status: 422, text: 'SMTP is disabled on this server.' },
} as const satisfies Record<string, RefusalEntry>;

export type RefusalName = keyof typeof refusals;

/** The request is understood and declined. Each edge maps the name to its protocol. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly refusal: RefusalName;
  /** Further keys of the answer's body, such as Errors of code 11. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(refusal: RefusalName, message?: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(message ?? refusals[refusal].text);
    this.refusal = refusal;
    this.extra = extra;
  }
}
