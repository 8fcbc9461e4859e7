//! The description that goes into the object file, for the tool: one JSON text per export.

use crate::arguments::Arguments;
use crate::signature::Signature;

/// Changes when a reader of the last version would misread a record.
const VERSION: u32 = 1;

/// The record as JSON, its fields in a fixed order.
pub fn json(arguments: &Arguments, signature: &Signature, documentation: &str) -> String {
    let stack = arguments
        .stack
        .map_or("null".to_owned(), |bytes| bytes.to_string());
    let list: Vec<String> = signature
        .arguments
        .iter()
        .map(|argument| {
            format!(
                r#"{{"name":{},"type":{}}}"#,
                quoted(&argument.name),
                quoted(&argument.ty.text)
            )
        })
        .collect();
    format!(
        r#"{{"v":{VERSION},"name":{},"stack":{stack},"no_panic":{},"unsafe":{},"args":[{}],"ret":{},"doc":{}}}"#,
        quoted(&signature.name),
        arguments.no_panic,
        signature.is_unsafe,
        list.join(","),
        signature
            .ret
            .as_ref()
            .map_or("null".to_owned(), |ty| quoted(&ty.text)),
        quoted(documentation),
    )
}

/// The record of an imported function, and whether it comes back.
pub fn import(name: &str, returns: bool) -> String {
    format!(r#"{{"v":{VERSION},"name":{},"returns":{returns}}}"#, quoted(name))
}

/// A JSON string (RFC 8259, section 7): quotes, backslashes and control characters are escaped.
///
/// Escaping U+0000 matters most: a zero byte ends the record.
fn quoted(text: &str) -> String {
    let mut json = String::from('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\t' => json.push_str("\\t"),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}
