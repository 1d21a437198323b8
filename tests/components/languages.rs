//! Another language: everything on a page follows at once, and what was typed stays.
//! Must not know what the texts say, beyond the few it looks for.

use super::sandbox::{Sandbox, named};
use super::stage::{Stage, text_of, until};
use std::collections::BTreeMap;

use js_sys::{Array, Intl, Object};
use vetted::i18n::{Key, Language, Plural, Texts, in_order, listed, plural, speak, t};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

/// The file of each language.
macro_rules! files {
    ($($language:ident $path:literal),* $(,)?) => {
        [$((Language::$language, include_str!(concat!("../../locales/", $path)))),*]
    };
}

const FILES: [(Language, &str); 5] = files![
    German "de.json",
    Hungarian "hu.json",
    Polish "pl.json",
    Swedish "sv.json",
    Turkish "tr.json",
];

fn speaking(language: Language) {
    let file = FILES.iter().find(|(one, _)| *one == language);
    let texts = file.map_or_else(Texts::default, |(_, file)| {
        let texts: BTreeMap<String, String> = serde_json::from_str(file).unwrap();
        let lines = texts.iter().map(|(key, text)| format!("{key} {text}\n"));
        Texts::read(&lines.collect::<String>()).unwrap()
    });
    speak(language, texts);
}

/// English again, however a test ends.
struct English;

impl Drop for English {
    fn drop(&mut self) {
        speak(Language::English, Texts::default());
    }
}

#[wasm_bindgen_test]
async fn a_page_changes_its_language_and_keeps_what_was_typed() {
    let _english = English;
    let sandbox = Sandbox::fresh().await;
    let path = format!("/customers/{}/request?qualification=education", named(1));
    let page = Stage::open(&sandbox, &path).await;
    page.headed("Request a qualification").await;
    page.fill("Website (optional)", "northfield.exa").await;
    for (language, _) in FILES {
        speaking(language);
        let title = t(Key::RequestTitle);
        page.headed(&title).await;
        assert_ne!(title, "Request a qualification", "{language:?}");
        page.showing(&t(Key::KindSoeHint)).await;
        let label = t(Key::WebsiteLabel);
        let typed = until(&label, || page.control(&label)).await;
        let typed: web_sys::HtmlInputElement = typed.unchecked_into();
        assert_eq!(typed.value(), "northfield.exa", "{language:?}");
    }
    drop(English);
    page.headed("Request a qualification").await;
}

#[wasm_bindgen_test]
async fn cards_dates_and_what_a_reason_means_follow_and_the_reason_itself_stays() {
    let _english = English;
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &format!("/customers/{}", named(7))).await;
    page.showing("Denied").await;
    speaking(Language::Swedish);
    for words in [
        Key::KindEducation,
        Key::StatusDenied,
        Key::ReasonNotEducation,
        Key::GuideTitle,
        Key::AccountTitle,
        Key::HistoryTitle,
    ] {
        page.showing(&t(words)).await;
    }
    let reason = page.find("q bdi").unwrap();
    assert_eq!(text_of(&reason), "Not an Education Customer");
    assert_eq!(reason.get_attribute("lang").as_deref(), Some("en"));
    until("no English is left on the card", || {
        (!page.shows("Denied") && !page.shows("What to do now")).then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
fn plural_forms_are_those_that_the_browser_knows() {
    let _english = English;
    for language in Language::ALL {
        speaking(language);
        let rules = Intl::PluralRules::new(&Array::of1(&language.tag().into()), &Object::new());
        let of_browser = |n: usize| String::from(rules.select(n as f64));
        // Two counts with the same category have the same words around them.
        let words = |n: usize| {
            let number =
                Intl::NumberFormat::new(&Array::of1(&language.tag().into()), &Object::new());
            let number = number
                .format()
                .call1(&wasm_bindgen::JsValue::UNDEFINED, &(n as f64).into());
            plural(Plural::WholeTook, n).replace(&number.unwrap().as_string().unwrap(), "#")
        };
        let numbers = (0..130).chain([1_000, 1_001, 1_002, 1_012, 1_022]);
        for n in numbers {
            let same = (0..30)
                .find(|other| of_browser(*other) == of_browser(n))
                .unwrap();
            assert_eq!(words(n), words(same), "{n} in {language:?}");
        }
    }
    speaking(Language::Polish);
    let forms = [1, 2, 5].map(|n| plural(Plural::WholeTook, n));
    assert_eq!(forms.len(), 3);
    assert!(
        forms[0][1..] != forms[1][1..] && forms[1][1..] != forms[2][1..],
        "{forms:?}"
    );
}

#[wasm_bindgen_test]
fn names_are_in_the_order_of_the_language() {
    let _english = English;
    let names = ["Zebra", "Österskolan", "Ängsskolan", "Alm"];
    speaking(Language::Swedish);
    assert_eq!(in_order(&names), [1, 3, 2, 0]);
    speaking(Language::German);
    assert_eq!(in_order(&names), [3, 2, 1, 0]);
    speaking(Language::Turkish);
    assert_eq!(in_order(&["İzmir", "Isparta", "Iğdır"]), [2, 1, 0]);
    assert_eq!(in_order(&["a", "b", "a"]), [0, 2, 0]);
}

#[wasm_bindgen_test]
fn what_stands_in_a_row_is_put_together_as_the_language_does() {
    let _english = English;
    let three = || listed(["a", "b", "c"].map(str::to_owned));
    assert_eq!(three(), "a, b, c");
    for language in Language::ALL {
        speaking(language);
        // What stands before the last one is the browser's to say.
        let list = three();
        assert!(list.starts_with("a, b") && list.ends_with(" c"), "{list}");
    }
    speaking(Language::German);
    assert_eq!(three(), "a, b und c");
    assert_eq!(listed(["a".to_owned()]), "a");
    assert_eq!(listed([]), "");
}
