//! What people type or paste, and what becomes of it.
//! Must not know where it was typed.

use vetted::partner_center::{
    CustomerId, GccCode, GccCodeError, SearchText, SearchTextError, Website, WebsiteError,
};

use super::support::NORTH;

const SOUTH: &str = "22222222-3333-4444-8555-66666666666a";

#[test]
fn a_customer_id_is_found_in_whatever_was_pasted() {
    let found = [
        NORTH.to_owned(),
        format!("  {NORTH}\n"),
        format!("{{{NORTH}}}"),
        format!("{{ {NORTH} }}"),
        format!("\u{a0}{NORTH}\u{a0}"),
        format!("\u{200b}\u{feff}{NORTH}\u{200f}"),
        format!("\"{NORTH}\","),
        format!("({NORTH})"),
        format!("urn:uuid:{NORTH}"),
        format!("URN:UUID:{}", NORTH.to_uppercase()),
        NORTH.replace('-', ""),
        format!("{{{}}}", NORTH.replace('-', "")),
        NORTH.replace('-', "\u{2011}"),
        NORTH.replace('-', "\u{2013}"),
        format!("https://partner.example/customers/{NORTH}/account?x=1#top"),
        format!("https://partner.example/open?then=%2Fcustomers%2F{NORTH}%2Faccount"),
        format!("%7B{NORTH}%7D"),
        format!("North School, ID: {NORTH}."),
        format!("tenant={NORTH}&other=1"),
        format!("学校{} {NORTH}", '\u{3000}'),
        format!("{NORTH} and {SOUTH}"),
        format!("100% {NORTH}"),
    ];
    for text in found {
        let id = CustomerId::find_in(&text).map(|id| id.to_string());
        assert_eq!(id.as_deref(), Some(NORTH), "{text:?}");
    }
}

#[test]
fn capitals_make_no_difference_to_a_customer_id() {
    let id = CustomerId::find_in(&SOUTH.to_uppercase()).unwrap();
    assert_eq!(id, SOUTH.parse().unwrap());
    assert_eq!(id.to_string(), SOUTH);
}

#[test]
fn part_of_something_longer_is_no_customer_id() {
    let compact = NORTH.replace('-', "");
    let missed = [
        String::new(),
        "contoso".to_owned(),
        "12345".to_owned(),
        NORTH[..35].to_owned(),
        NORTH[1..].to_owned(),
        format!("{NORTH}0"),
        format!("a{NORTH}"),
        format!("{NORTH}-{NORTH}"),
        format!("x-{NORTH}"),
        format!("é{NORTH}"),
        format!("{compact}{compact}"),
        format!("{compact}0"),
        NORTH.replace('-', " "),
        NORTH.replacen('1', "g", 1),
        "1111111-12222-4333-8444-555555555555".to_owned(),
        "a".repeat(5000),
        "%".repeat(5000),
        "-".repeat(36),
    ];
    for text in missed {
        assert_eq!(CustomerId::find_in(&text), None, "{text:?}");
    }
}

#[test]
fn reading_a_customer_id_takes_a_guid_and_nothing_else() {
    let compact = NORTH.replace('-', "");
    for text in [
        NORTH,
        &compact,
        &format!(" {{{NORTH}}} "),
        &NORTH.to_uppercase(),
    ] {
        assert_eq!(
            text.parse::<CustomerId>().unwrap().to_string(),
            NORTH,
            "{text:?}"
        );
    }
    let refused = [
        String::new(),
        format!("{NORTH} and more"),
        format!("{{{NORTH}"),
        format!("{NORTH}}}"),
        format!("{{{{{NORTH}}}}}"),
        format!("urn:uuid:{NORTH}"),
        format!("{NORTH}/.."),
        NORTH.replace('-', "/"),
    ];
    for text in refused {
        assert!(text.parse::<CustomerId>().is_err(), "{text:?}");
    }
}

#[test]
fn a_customer_id_is_kept_as_text_and_read_back() {
    let id: CustomerId = NORTH.parse().unwrap();
    let stored = serde_json::to_string(&id).unwrap();
    assert_eq!(stored, format!("\"{NORTH}\""));
    assert_eq!(serde_json::from_str::<CustomerId>(&stored).unwrap(), id);
    assert!(serde_json::from_str::<CustomerId>("\"../x\"").is_err());
}

#[test]
fn a_search_is_trimmed_and_has_a_limit_in_characters() {
    let text = SearchText::try_from(" \u{a0}North School\t").unwrap();
    assert_eq!(text.as_str(), "North School");
    for nothing in ["", "   ", "\u{200b}", "\n\t"] {
        assert_eq!(SearchText::try_from(nothing), Err(SearchTextError::Empty));
    }
    let too_long = Err(SearchTextError::TooLong {
        limit: SearchText::LIMIT,
    });
    assert_eq!(SearchText::try_from("x".repeat(5000)), too_long);
    assert_eq!(
        SearchText::try_from("学".repeat(SearchText::LIMIT + 1)),
        too_long
    );
    assert!(SearchText::try_from("学".repeat(SearchText::LIMIT)).is_ok());
}

#[test]
fn a_website_is_a_host_or_a_web_address_as_typed() {
    let taken = [
        ("contoso.example", "contoso.example"),
        ("  contoso.example\n", "contoso.example"),
        ("\u{200b}contoso.example", "contoso.example"),
        (
            "https://www.contoso.example/",
            "https://www.contoso.example/",
        ),
        ("HTTP://Contoso.Example", "HTTP://Contoso.Example"),
        (
            "contoso.example:8443/schools?id=1#top",
            "contoso.example:8443/schools?id=1#top",
        ),
        (
            "https://contoso.example/@school",
            "https://contoso.example/@school",
        ),
        ("contoso.example?mail=a@b", "contoso.example?mail=a@b"),
        ("münchen.example", "münchen.example"),
        ("школа.example", "школа.example"),
        ("学校.example/案内", "学校.example/案内"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
        ("contoso.example.", "contoso.example."),
        ("a-b.c-d.example", "a-b.c-d.example"),
    ];
    for (typed, sent) in taken {
        let website = Website::try_from(typed);
        assert_eq!(website.as_ref().map(Website::as_str), Ok(sent), "{typed:?}");
    }
}

#[test]
fn what_is_no_website_is_refused_for_a_reason() {
    use WebsiteError::{
        Empty, HasControlCharacters, HasSpaces, MailAddress, NotWebAddress, TooLong,
    };
    let long = format!("contoso.example/{}", "x".repeat(Website::LIMIT));
    let refused = [
        ("", Empty),
        (" \u{a0} ", Empty),
        ("north school.example", HasSpaces),
        ("contoso.example fabrikam.example", HasSpaces),
        ("contoso.\u{a0}example", HasSpaces),
        ("contoso.example\nfabrikam.example", HasSpaces),
        ("contoso\u{0}.example", HasControlCharacters),
        ("contoso\u{202e}.example", HasControlCharacters),
        ("contoso\u{200b}.example", HasControlCharacters),
        (
            &long,
            TooLong {
                limit: Website::LIMIT,
            },
        ),
        ("office@contoso.example", MailAddress),
        ("mailto:office@contoso.example", MailAddress),
        ("https://user:secret@contoso.example", MailAddress),
        ("contoso", NotWebAddress),
        ("http://localhost", NotWebAddress),
        ("javascript:alert(1)", NotWebAddress),
        ("javascript:alert.call", NotWebAddress),
        ("JavaScript://contoso.example/%0Aalert(1)", NotWebAddress),
        ("data:text/html,x.y", NotWebAddress),
        ("ftp://contoso.example", NotWebAddress),
        ("://contoso.example", NotWebAddress),
        ("//contoso.example", NotWebAddress),
        ("https://", NotWebAddress),
        (".example", NotWebAddress),
        ("contoso..example", NotWebAddress),
        ("-contoso.example", NotWebAddress),
        ("contoso-.example", NotWebAddress),
        ("contoso.example:", NotWebAddress),
        ("contoso.example:99999", NotWebAddress),
        ("con<b>toso.example", NotWebAddress),
        ("\"contoso.example\"", NotWebAddress),
        ("...", NotWebAddress),
        ("/schools/contoso.example", NotWebAddress),
    ];
    for (typed, reason) in refused {
        assert_eq!(Website::try_from(typed), Err(reason), "{typed:?}");
    }
}

#[test]
fn a_code_is_one_word_and_keeps_its_zeros() {
    assert_eq!(GccCode::try_from(" 007310 ").unwrap().as_str(), "007310");
    let limit = GccCode::LIMIT;
    let long = "7".repeat(limit + 1);
    let refused = [
        ("", GccCodeError::Empty),
        ("\t", GccCodeError::Empty),
        ("123 456", GccCodeError::HasSpaces),
        ("123\n456", GccCodeError::HasSpaces),
        ("123\u{200b}456", GccCodeError::HasControlCharacters),
        (&long, GccCodeError::TooLong { limit }),
    ];
    for (typed, reason) in refused {
        assert_eq!(GccCode::try_from(typed), Err(reason), "{typed:?}");
    }
}
