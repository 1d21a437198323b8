//! Which language is spoken: at first what `early.js` found, then what is chosen in the header. Fetches its texts.
//! Must not know any text by its words.

use super::choice;
use crate::assets::{self, AssetError};
use crate::components::Announcer;
use crate::i18n::{Key, Language, Texts, fill, language, speak, t};
use crate::storage;
use leptos::prelude::*;

const CHOICE: &str = "display.language";
/// The id of the choice.
const ID: &str = "language";

/// Speaks the language that was chosen on this computer, or the browser's, or where the app has neither, `usual`.
///
/// In English until then, and in English where the texts do not come: what is there can be used.
pub async fn begin(usual: &str, door: IsDoor) {
    let root = document().document_element();
    let (found, open) = root.map_or((None, true), |root| {
        (
            root.get_attribute("lang"),
            root.has_attribute("data-language-open"),
        )
    });
    let wanted = if open { Some(usual) } else { found.as_deref() };
    let wanted = wanted.and_then(Language::of_tag).unwrap_or_default();
    // A page in another language can be used, and one without words cannot.
    if change(wanted, door).await.is_err() {
        mark_page();
    }
}

/// Speaks this language once its texts are here. When they do not come, everything stays.
async fn change(wanted: Language, door: IsDoor) -> Result<(), AssetError> {
    let texts = match wanted {
        Language::English => Texts::default(),
        _ => read(wanted, door).await?,
    };
    speak(wanted, texts);
    mark_page();
    Ok(())
}

/// The page says in which language it is, and which way that is written.
fn mark_page() {
    untrack(|| {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("lang", language().code());
            let _ = root.set_attribute("dir", &t(Key::LanguageDirection));
        }
    });
}

/// The texts of a language, from the file that the page links for this program.
async fn read(wanted: Language, door: IsDoor) -> Result<Texts, AssetError> {
    let rel = if door.0 {
        "vetted-door-texts"
    } else {
        "vetted-texts"
    };
    let link = format!("link[rel={rel}][hreflang={}]", wanted.code());
    let link = document().query_selector(&link).ok().flatten();
    let link = link.ok_or(AssetError::Missing)?;
    let address = link.get_attribute("href").unwrap_or_default();
    let file = assets::read_linked(&address, link.get_attribute("integrity")).await?;
    Texts::read(&file).ok_or(AssetError::Unreadable)
}

/// Whether this is the door, whose texts are fewer. Found in the context.
#[derive(Clone, Copy, Default)]
pub struct IsDoor(pub bool);

/// The choice.
#[component]
pub(super) fn LanguageChoice() -> impl IntoView {
    let door = use_context::<IsDoor>().unwrap_or_default();
    let announcer = Announcer::get();
    let failed = RwSignal::new(None::<Language>);
    let choose = move |code: String| {
        let Some(wanted) = Language::of_tag(&code) else {
            return;
        };
        leptos::task::spawn_local(async move {
            let came = change(wanted, door).await.is_ok();
            failed.try_set(Some(wanted).filter(|_| !came));
            if came {
                storage::prefer(CHOICE, Some(wanted.code()));
                announcer.say(fill(Key::LanguageNow, &[("language", wanted.own_name())]));
            } else {
                super::shows(ID, untrack(language).code());
            }
        });
    };
    let name = |one: Language| {
        (
            one.code(),
            Signal::stored(one.own_name().to_owned()),
            Some(one.code()),
        )
    };
    let choices = Language::ALL.map(name).into();
    let chosen = Signal::derive(|| language().code().to_owned());
    let part = choice(ID, Key::LanguageLabel, choices, chosen, Box::new(choose));
    let failure = move || {
        let wanted = failed.get()?.own_name();
        Some(fill(Key::LanguageFailed, &[("language", wanted)]))
    };
    view! {
        <div class="display__part">
            {part}
            <p class="field__error" role="alert">{failure}</p>
        </div>
    }
}
