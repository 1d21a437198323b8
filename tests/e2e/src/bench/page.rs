//! A page as the bench sees it, through the browser's debugging protocol. Must not know what is measured.

use serde_json::{Value, json};
use thirtyfour::WebDriver;
use thirtyfour::error::WebDriverResult;

/// What a visit is watched for.
#[derive(Clone, Copy)]
pub(super) struct Watch<'a> {
    /// Whether the button is pressed, again and again until it answers.
    pub(super) press: bool,
    /// The name of the button.
    pub(super) button: &'a str,
}

/// Has every document watched from its very beginning. This is not the page's own script, so no policy is in its way.
pub(super) async fn watch(page: &WebDriver, watch: Watch<'_>) {
    let wishes = json!({ "press": watch.press, "button": watch.button });
    // The comment on top ends with its line; the function is called as an expression.
    let source = format!("({}\n)({wishes})", include_str!("visitor.js"));
    tell(
        page,
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": source }),
    )
    .await;
}

/// Sends a command of the debugging protocol.
pub(super) async fn tell(page: &WebDriver, command: &str, words: Value) -> Value {
    let done = page.cdp().send_raw(command, words).await;
    done.unwrap_or_else(|error| panic!("{command}: {error}"))
}

/// The value of an expression, or of the promise that it gives.
///
/// # Panics
/// When the page throws instead.
pub(super) async fn ask(page: &WebDriver, expression: &str) -> Value {
    match try_ask(page, expression).await {
        Ok(answer) if answer.get("exceptionDetails").is_none() => answer["result"]["value"].clone(),
        Ok(answer) => panic!("{}", answer["exceptionDetails"]["exception"]["description"]),
        Err(error) => panic!("{error}"),
    }
}

async fn try_ask(page: &WebDriver, expression: &str) -> WebDriverResult<Value> {
    let words = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
    page.cdp().send_raw("Runtime.evaluate", words).await
}

/// The value of a function of the bench's own, called in the page.
pub(super) async fn call(page: &WebDriver, function: &str, arguments: &[Value]) -> Value {
    let arguments: Vec<String> = arguments.iter().map(Value::to_string).collect();
    ask(page, &format!("({function}\n)({})", arguments.join(", "))).await
}
