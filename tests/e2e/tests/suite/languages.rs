//! Every page in every state in two made-up languages: one whose texts are accented and nearly half as long again, one that is
//! written from right to left. Everything follows at once, and has room. Then the choice of a language, as a person makes it.
//! Must not know how a state is reached, nor what a text says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use e2e::states::{Extent, State, visit};
use e2e::{
    Browsers, Colors, Find, Look, Role, Setup, World, customer_path, run_in_both, run_with, until,
};
use serde_json::{Value, json};

use crate::copies::copy_of_site;

/// The languages that the made-up ones take the place of.
const LONG: &str = "hu";
const MIRRORED: &str = "sv";
const WIDTHS: [u32; 2] = [1280, 390];
const COMPLAINTS: &str = include_str!("languages.js");

/// A copy of the site with these texts in place of two of its languages.
fn site_with_made_up_languages() -> PathBuf {
    let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales/en.json");
    let english: BTreeMap<String, String> =
        serde_json::from_str(&fs::read_to_string(locales).unwrap()).unwrap();
    let site = copy_of_site("made-up-languages");
    let page = site.join("index.html");
    let mut html = fs::read_to_string(&page).unwrap();
    for (code, letter, direction) in [
        (LONG, accented as fn(char) -> String, "ltr"),
        (MIRRORED, mirrored, "rtl"),
    ] {
        let line = |(key, text): (&String, &String)| match key.as_str() {
            "language.direction" => format!("{key} {direction}\n"),
            _ => format!("{key} {}\n", made_up(text, letter)),
        };
        let lines: String = english.iter().map(line).collect();
        for program in ["texts-", "texts-door-"] {
            let file = linked(&html, &format!("{program}{code}-"));
            fs::write(site.join(&file), &lines).unwrap();
            for other in ["br", "gz"] {
                let _ = fs::remove_file(site.join(format!("{file}.{other}")));
            }
            // The digest is that of the real texts.
            html = without_digest(&html, &file);
        }
    }
    for other in ["br", "gz"] {
        let _ = fs::remove_file(site.join(format!("index.html.{other}")));
    }
    fs::write(page, html).unwrap();
    site
}

/// The file whose name begins so, as the page links it.
fn linked(html: &str, beginning: &str) -> String {
    let from = html
        .find(&format!("/{beginning}"))
        .expect("the page links it")
        + 1;
    let to = from + html[from..].find(".txt").unwrap() + ".txt".len();
    html[from..to].to_owned()
}

fn without_digest(html: &str, file: &str) -> String {
    let from = html.find(file).unwrap() + file.len();
    let start = from + html[from..].find("integrity=").unwrap();
    let end = start + "integrity=\"".len();
    let end = end + html[end..].find('"').unwrap() + 1;
    format!("{}{}", &html[..start], &html[end..])
}

/// The text letter by letter in another language, in brackets; places for values stay.
fn made_up(text: &str, letter: fn(char) -> String) -> String {
    let mut out = String::from("[");
    let mut in_place = false;
    for sign in text.chars() {
        in_place = match sign {
            '{' => true,
            '}' => false,
            _ => in_place,
        };
        match in_place || !sign.is_ascii_alphabetic() {
            true => out.push(sign),
            false => out += &letter(sign),
        }
    }
    out + "]"
}

/// Each vowel twice, which makes a text about two fifths longer.
fn accented(letter: char) -> String {
    match letter {
        'a' => "áä".into(),
        'e' => "éë".into(),
        'i' => "íï".into(),
        'o' => "őö".into(),
        'u' => "űü".into(),
        'A' => "ÁÄ".into(),
        'E' => "ÉË".into(),
        'I' => "İÍ".into(),
        'O' => "ŐÖ".into(),
        'U' => "ŰÜ".into(),
        'c' => "ç".into(),
        'n' => "ñ".into(),
        's' => "š".into(),
        other => other.to_string(),
    }
}

/// A letter of a script that is written from right to left.
fn mirrored(letter: char) -> String {
    const LETTERS: [char; 22] = [
        'א', 'ב', 'ג', 'ד', 'ה', 'ו', 'ז', 'ח', 'ט', 'י', 'כ', 'ל', 'מ', 'נ', 'ס', 'ע', 'פ', 'צ',
        'ק', 'ר', 'ש', 'ת',
    ];
    LETTERS[letter.to_ascii_lowercase() as usize % LETTERS.len()].to_string()
}

#[test]
fn every_page_in_every_state_follows_the_language_at_once_and_has_room() {
    let extent = Extent {
        site: Some(site_with_made_up_languages()),
        ..Extent::default()
    };
    let looked_at = Mutex::new(0);
    let wrong = Mutex::new(Vec::new());
    let troubles = visit(&extent, async |w: &World, state: &State| {
        if state.ends_with_the_language() {
            return;
        }
        let customers = w
            .partner_center
            .control("GET", "/sandbox/customers", Value::Null);
        let names = customers.as_array().expect("a list of customers").iter();
        let names: Value = names.map(|customer| customer["name"].clone()).collect();
        for code in [LONG, MIRRORED] {
            state.lasts(w).await;
            if !w.speaks(code).await {
                return;
            }
            for width in WIDTHS {
                w.takes_the_look(Look::new(width, Colors::Light)).await;
                let found = w.run_script(COMPLAINTS, vec![names.clone()]).await;
                for complaint in found.as_array().expect("a list of complaints") {
                    let complaint = complaint.as_str().unwrap_or_default();
                    wrong
                        .lock()
                        .unwrap()
                        .push(format!("{} in {code} at {width}: {complaint}", state.name));
                }
            }
            w.takes_the_look(Look::USUAL).await;
        }
        w.speaks("en").await;
        *looked_at.lock().unwrap() += 1;
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.extend(troubles);
    assert!(
        wrong.is_empty(),
        "{} things:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        looked_at.into_inner().unwrap() > 60,
        "too few pages have the choice"
    );
}

#[test]
fn a_word_that_does_not_follow_the_language_would_be_noticed() {
    let setup = Setup {
        site: Some(site_with_made_up_languages()),
        browsers: Browsers::ChromiumAlone,
        ..Setup::default()
    };
    run_with(setup, async |w| {
        w.open("/").await;
        w.button("Sign in").appears().await;
        assert!(w.speaks(LONG).await);
        assert_eq!(w.run_script(COMPLAINTS, vec![json!([])]).await, json!([]));
        const PLANT: &str = "const word = document.createElement('p'); word.textContent = 'Stays English';
            const wide = document.createElement('p'); wide.textContent = '[' + 'w'.repeat(2000) + ']'; wide.style.width = '9000px';
            document.querySelector('main').append(word, wide);";
        w.run_script(PLANT, vec![]).await;
        let found = w.run_script(COMPLAINTS, vec![json!([])]).await.to_string();
        assert!(
            found.contains("Stays English") && found.contains("wide in"),
            "{found}"
        );
    });
}

#[test]
fn a_language_is_chosen_in_the_header_remembered_and_sent_with_each_call() {
    run_in_both(async |w| {
        w.open("/").await;
        w.sign_in_as("Admin agent").await;
        w.search_field().fill("North").await;
        w.button("Language and colours").click().await;
        w.named(Role::Combobox, "Language")
            .starting(Role::Option, "Svenska")
            .click()
            .await;
        // Without a reload, and with what was typed.
        w.shows_page("Kunder").await;
        w.all(Role::Searchbox).holds("North").await;
        w.all(Role::Status).says("Svenska").await;
        w.open(&customer_path(7)).await;
        w.all(Role::Main).says("Avslagen").await;
        let calls = w.partner_center.calls_to("GET", "/qualifications");
        assert_eq!(
            calls.last().map(|call| call.header("x-locale")),
            Some("sv-SE")
        );
    });
}

#[test]
fn where_the_texts_do_not_come_everything_stays_as_it_is_and_the_choice_says_so() {
    let site = copy_of_site("without-texts");
    for file in fs::read_dir(&site).unwrap().map(Result::unwrap) {
        if file.file_name().to_string_lossy().starts_with("texts-") {
            fs::remove_file(file.path()).unwrap();
        }
    }
    let setup = Setup {
        site: Some(site),
        ..Setup::default()
    };
    run_with(setup, async |w| {
        w.open("/").await;
        w.button("Language and colours").click().await;
        let choice = w.named(Role::Combobox, "Language");
        choice.starting(Role::Option, "Polski").click().await;
        w.all(Role::Alert)
            .says("Polski could not be fetched.")
            .await;
        choice
            .when("says what is spoken", |it| {
                it.chosen.as_deref() == Some("English")
            })
            .await;
        w.button("Sign in").appears().await;
        // Also where it was chosen before: the page is there, and says that it is English.
        w.run_script(
            "localStorage.setItem('vetted.display.language', 'pl')",
            vec![],
        )
        .await;
        w.reload().await;
        w.button("Sign in").appears().await;
        until("the page says that it is English", async || {
            let now = w
                .run_script("return document.documentElement.lang", vec![])
                .await;
            (now == "en").then_some(()).ok_or_else(|| now.to_string())
        })
        .await;
        w.findings().await;
    });
}
