//! What a pre-check finds, what it looks at, and what it cannot look at.
//! Must not know how a finding is worded.

use vetted::partner_center::{
    Address,
    AddressPart::{self, City, Country, PostalCode, Street},
    Blocker, Caution, Customer, EducationSegment,
    Finding::{
        self, AddressIncomplete, CodeUsedUp, Conflict, DeniedForGood, EmailFree, EmailOfTenant,
        NamePlaceholder, RequestsUsedUp, Uncertain, WebsiteElsewhere, WebsiteMissing,
    },
    GccCode, Known, Plan,
    Point::{self, Code, Conflicts, Domains, Email, Name, Requests},
    Precheck, QualificationRequest, Qualifications,
    RequestableKind::{self, Education, GovernmentCommunityCloud, StateOwnedEntity},
    Severity, ValidationCode, Website, precheck, response,
};

use super::support::{having, north, recorded};

/// A customer about whom there is nothing to find.
fn sound() -> Customer {
    let given = |text: &str| Some(text.to_owned());
    Customer {
        id: north(),
        company_name: "North School".to_owned(),
        domain: given("northschool.onmicrosoft.com"),
        relationship: None,
        custom_domains: vec!["northschool.example".to_owned()],
        address: Some(Address {
            line1: given("1 Example Way"),
            city: given("Redmond"),
            postal_code: given("98052"),
            country: given("US"),
            ..Address::default()
        }),
        email: given("office@northschool.example"),
        commerce_id: None,
        allows_delegated_access: None,
    }
}

fn site(text: &str) -> Website {
    Website::try_from(text).unwrap()
}

/// What comes of asking for Education, with this website.
fn education(customer: &Customer, website: Option<&str>) -> Precheck {
    let website = website.map(site);
    let none = Qualifications::default();
    let plan = Plan {
        kind: Education,
        website: website.as_ref(),
        code: None,
    };
    let known = Known {
        customer: Some(customer),
        qualifications: Some(&none),
        codes: None,
        used_up: Some(false),
        denied_for_good: false,
    };
    precheck(&plan, &known)
}

const SITE: Option<&str> = Some("www.northschool.example");

#[test]
fn nothing_is_found_where_there_is_nothing_and_everything_was_looked_at() {
    let result = education(&sound(), SITE);
    assert_eq!(result.findings, []);
    assert!(!result.stops());
    let all = [
        Conflicts,
        Requests,
        Point::Website,
        Domains,
        Name,
        Email,
        Point::Address,
    ];
    assert_eq!(result.looked_at, all);
    assert_eq!(result.not_looked_at, []);
}

#[test]
fn what_the_service_did_not_give_is_named_and_nothing_is_concluded_from_it() {
    let read =
        response::customer(&recorded("customers", "by_id_without_delegated_rights")).unwrap();
    let result = education(&read, SITE);
    assert_eq!(result.findings, []);
    assert_eq!(
        result.looked_at,
        [Conflicts, Requests, Point::Website, Name]
    );
    assert_eq!(result.not_looked_at, [Domains, Email, Point::Address]);

    let website = site("northschool.example");
    let plan = Plan {
        kind: Education,
        website: Some(&website),
        code: None,
    };
    let unread = precheck(&plan, &Known::default());
    assert_eq!(
        (unread.findings, unread.looked_at),
        (vec![], vec![Point::Website])
    );
    assert_eq!(
        unread.not_looked_at,
        [Conflicts, Requests, Domains, Name, Email, Point::Address]
    );

    // In place of a name that was not given stands the domain or the ID.
    for stand_in in [
        "northschool.onmicrosoft.com".to_owned(),
        north().to_string(),
    ] {
        let nameless = Customer {
            company_name: stand_in,
            ..sound()
        };
        assert_eq!(education(&nameless, SITE).not_looked_at, [Name]);
    }
    let odd = Customer {
        email: Some("office".to_owned()),
        ..sound()
    };
    assert_eq!(education(&odd, SITE).not_looked_at, [Email]);
}

#[test]
fn a_customer_read_by_id_as_the_service_sends_it_has_nothing_against_it() {
    let read = response::customer(&recorded("customers", "by_id")).unwrap();
    let result = education(&read, SITE);
    assert_eq!((result.findings, result.not_looked_at), (vec![], vec![]));
}

#[test]
fn a_website_is_asked_for_but_not_demanded() {
    let result = education(&sound(), None);
    assert_eq!(result.findings, [WebsiteMissing]);
    assert!(!result.stops());
    assert!(!result.looked_at.contains(&Domains) && !result.not_looked_at.contains(&Domains));
}

/// Whether a website is taken for one of the customer's; `None` where that cannot be told.
fn belongs(website: &str, domains: &[&str]) -> Option<bool> {
    let customer = Customer {
        custom_domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
        ..sound()
    };
    let result = education(&customer, Some(website));
    if result.not_looked_at.contains(&Domains) {
        assert_eq!(result.findings, []);
        return None;
    }
    assert!(result.looked_at.contains(&Domains));
    match &result.findings[..] {
        [] => Some(true),
        [WebsiteElsewhere { host, .. }] => {
            assert!(website.contains(host.as_str()));
            Some(false)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_website_belongs_to_a_domain_where_they_share_a_registered_name() {
    let table: [(&str, &[&str], bool); 28] = [
        ("northschool.example", &["northschool.example"], true),
        (
            "https://www.NorthSchool.example:443/about?x=1",
            &["northschool.example"],
            true,
        ),
        ("northschool.example.", &["northschool.example"], true),
        (
            "library.northschool.example",
            &["northschool.example"],
            true,
        ),
        ("northschool.example", &["mail.northschool.example"], true),
        ("library.uni.example", &["mail.uni.example"], true),
        ("southschool.example", &["northschool.example"], false),
        (
            "southschool.example",
            &["northschool.example", "southschool.example"],
            true,
        ),
        (
            "northschool.example.elsewhere.example",
            &["northschool.example"],
            false,
        ),
        ("notnorthschool.example", &["northschool.example"], false),
        ("northschool.example", &["northschool.test"], false),
        // A registry's own label makes nobody alike.
        ("north.ac.uk", &["south.ac.uk"], false),
        ("www.north.ac.uk", &["north.ac.uk"], true),
        ("mail.north.ac.uk", &["www.north.ac.uk"], true),
        ("north.sch.uk", &["south.sch.uk"], false),
        ("north.co.hu", &["south.co.hu"], false),
        ("north.k12.wa.us", &["south.k12.wa.us"], false),
        ("www.north.k12.wa.us", &["mail.north.k12.wa.us"], true),
        ("north.k12.tr", &["south.k12.tr"], false),
        ("north.edu.pl", &["south.edu.pl"], false),
        ("north.ed.jp", &["south.ed.jp"], false),
        ("north.on.ca", &["south.on.ca"], false),
        ("north.edu", &["south.edu"], false),
        ("web.nu.edu", &["mail.nu.edu"], true),
        ("nu.edu", &["nu.edu"], true),
        ("schule-nord.example", &["schule-nord.example"], true),
        ("школа.example", &["Школа.example"], true),
        ("школа.example", &["училище.example"], false),
    ];
    for (website, domains, expected) in table {
        assert_eq!(
            belongs(website, domains),
            Some(expected),
            "{website} {domains:?}"
        );
    }
}

#[test]
fn where_there_is_nothing_to_compare_with_nothing_is_said() {
    assert_eq!(belongs("northschool.example", &[]), None);
    assert_eq!(
        belongs("northschool.example", &["northschool.onmicrosoft.com"]),
        None
    );
    // The same name may be written in its script and in ASCII.
    assert_eq!(belongs("школа.example", &["xn--80a1acny.example"]), None);
    assert_eq!(belongs("XN--80a1acny.example", &["школа.example"]), None);
    assert_eq!(
        belongs("школа.example", &["xn--80a1acny.example", "школа.example"]),
        Some(true)
    );
    assert_eq!(
        belongs("xn--80a1acny.example", &["xn--80a1acny.example"]),
        Some(true)
    );
}

#[test]
fn a_website_below_microsofts_own_domain_is_nobodys() {
    let result = education(&sound(), Some("northschool.onmicrosoft.com"));
    let expected = WebsiteElsewhere {
        host: "northschool.onmicrosoft.com".to_owned(),
        domains: Vec::new(),
    };
    assert_eq!(result.findings, [expected]);
}

#[test]
fn the_domains_compared_with_are_named() {
    let customer = Customer {
        domain: Some("north.example".to_owned()),
        custom_domains: vec![
            "north.example".to_owned(),
            "nord.example".to_owned(),
            "n.onmicrosoft.com".to_owned(),
        ],
        ..sound()
    };
    let result = education(&customer, Some("south.example"));
    let expected = WebsiteElsewhere {
        host: "south.example".to_owned(),
        domains: vec!["north.example".to_owned(), "nord.example".to_owned()],
    };
    assert_eq!(result.findings, [expected]);
}

fn with_mail(address: &str) -> Vec<Finding> {
    let customer = Customer {
        email: Some(address.to_owned()),
        ..sound()
    };
    education(&customer, SITE).findings
}

#[test]
fn free_mail_and_microsofts_own_mail_are_found_and_an_institutions_mail_is_not() {
    let free = [
        "gmail.com",
        "GMail.com",
        "googlemail.com",
        "yahoo.com",
        "yahoo.co.uk",
        "yahoo.com.br",
        "yahoo.fr",
        "hotmail.com",
        "hotmail.co.uk",
        "outlook.hu",
        "live.nl",
        "gmx.de",
        "web.de",
        "t-online.de",
        "freemail.hu",
        "citromail.hu",
        "wp.pl",
        "onet.pl",
        "mail.ru",
        "yandex.ru",
        "qq.com",
        "163.com",
        "naver.com",
        "seznam.cz",
        "icloud.com",
        "me.com",
        "proton.me",
        "orange.fr",
        "libero.it",
        "uol.com.br",
        "mynet.com",
    ];
    for domain in free {
        let found = with_mail(&format!("office@{domain}"));
        assert_eq!(
            found,
            [EmailFree {
                domain: domain.to_lowercase()
            }],
            "{domain}"
        );
    }
    for domain in [
        "northschool.onmicrosoft.com",
        "NorthSchool.OnMicrosoft.com",
        "north.mail.onmicrosoft.com",
        "north.onmicrosoft.us",
        "north.partner.onmschina.cn",
    ] {
        let found = with_mail(&format!(" office@{domain} "));
        assert_eq!(
            found,
            [EmailOfTenant {
                domain: domain.to_lowercase()
            }],
            "{domain}"
        );
    }
    let own = [
        "northschool.example",
        "mail.northschool.example",
        "gmail.com.northschool.example",
        "notgmail.com",
        "live.northschool.example",
        "outlook.edu",
        "live.northschool.zz",
        "web.deutsche-schule.example",
        "notonmicrosoft.com",
        "onmicrosoft.com.example",
        "yahoo.northschool.example",
        "me.northschool.example",
        "mail.northschool.edu",
    ];
    for domain in own {
        assert_eq!(with_mail(&format!("office@{domain}")), [], "{domain}");
    }
}

#[test]
fn names_that_fill_a_field_are_found() {
    let placeholders = [
        "test",
        "Test",
        "TEST 1",
        "test123",
        "Test Company",
        "Test Ltd.",
        "Test GmbH",
        "Test School",
        "Test-Schule",
        "Test a.s.",
        "TEST - please do not use",
        "My Test Company",
        "testing",
        "Testfirma",
        "Testkunde 7",
        "Demo",
        "Demo Customer",
        "Dummy",
        "Sample Company Inc.",
        "Example School",
        "asdf",
        "asdfgh",
        "asdf asdf",
        "qwerty",
        "qwertz",
        "Foo",
        "Foo Bar",
        "foobar Inc",
        "Lorem ipsum",
        "Contoso",
        "Contoso Ltd",
        "Contoso Elementary School",
        "Fabrikam, Inc.",
        "n/a",
        "N / A",
        "N.A.",
        "na",
        "none",
        "NULL",
        "undefined",
        "unknown",
        "TBD",
        "xyz",
        "abc",
        "Company",
        "Company name",
        "Your Company",
        "School",
        "xxx",
        "xxxxxxxx",
        "aaaa",
        "x",
        "zz",
        "-",
        "...",
        "???",
        "12345",
        "000",
        "2024-01-01",
        "１２３",
        "Teszt",
        "Teszt Kft.",
        "Teszt iskola",
        "Próba",
        "Prueba",
        "Deneme Okul",
        "Mustermann GmbH",
        "Przykład",
        "тест",
        "Тест ООО",
        "测试",
        "测试公司",
        "測試有限公司",
        "テスト",
        "株式会社テスト",
        "테스트",
        "нет",
        "ššš",
    ];
    for name in placeholders {
        let customer = Customer {
            company_name: name.to_owned(),
            ..sound()
        };
        assert_eq!(
            education(&customer, SITE).findings,
            [NamePlaceholder],
            "{name:?}"
        );
    }
}

#[test]
fn names_that_somebody_bears_are_left_alone() {
    let names = [
        "North School",
        "Testwood School",
        "Test Valley School",
        "Testbourne Community School",
        "Demopolis High School",
        "Sampleton Academy",
        "Examplewood College",
        "New School",
        "The School",
        "My School Ltd",
        "3M",
        "École 42",
        "School 42",
        "No. 7 School",
        "1st School",
        "Nanjing School",
        "Naomi School",
        "Nullarbor College",
        "ABC Kindergarten",
        "XYZ Academy",
        "AA School",
        "AAA Schule",
        "X Corp",
        "Foo Fighters Academy",
        "Bar Ilan University",
        "Barbaz College",
        "Schule am Testorfer Weg",
        "Musterhausen Grundschule",
        "Testvériskola Általános Iskola",
        "Nincsfalva Iskola",
        "Országos Széchényi Könyvtár",
        "Şişli Anadolu Lisesi",
        "Szkoła Podstawowa nr 1",
        "Техникум № 7",
        "Тестовская школа",
        "Σχολείο Βορρά",
        "مدرسة الشمال",
        "בית ספר צפון",
        "मॉडल स्कूल",
        "โรงเรียนเหนือ",
        "北学校",
        "北京测试技术学校",
        "株式会社北",
        "북부 학교",
        "Kvarnmuseet AB",
        "Universität Nord",
        "Contosa School",
        "Unknown Worlds School",
        "Company B School",
        "Name of the Rose Ltd",
        "Temple University",
        "Atelier Qwert",
        "Stringfellow School",
        "🏫 North",
    ];
    for name in names {
        let customer = Customer {
            company_name: name.to_owned(),
            ..sound()
        };
        assert_eq!(education(&customer, SITE).findings, [], "{name:?}");
    }
}

#[test]
fn the_parts_that_an_address_lacks_are_named() {
    let whole = sound().address.unwrap();
    let without = |change: fn(&mut Address)| {
        let mut address = whole.clone();
        change(&mut address);
        address
    };
    let table: [(Address, &[AddressPart]); 10] = [
        (whole.clone(), &[]),
        (without(|a| a.line1 = None), &[Street]),
        (without(|a| a.line2 = a.line1.take()), &[]),
        (without(|a| a.city = None), &[City]),
        (without(|a| a.postal_code = None), &[PostalCode]),
        (without(|a| a.country = None), &[Country]),
        (
            Address {
                country: whole.country.clone(),
                ..Address::default()
            },
            &[Street, City, PostalCode],
        ),
        (
            Address {
                phone_number: Some("1".to_owned()),
                ..Address::default()
            },
            &[Street, City, PostalCode, Country],
        ),
        // There are no postal codes there.
        (
            without(|a| (a.country, a.postal_code) = (Some("hk".to_owned()), None)),
            &[],
        ),
        (without(|a| (a.state, a.region) = (None, None)), &[]),
    ];
    for (address, missing) in table {
        let customer = Customer {
            address: Some(address.clone()),
            ..sound()
        };
        let found = education(&customer, SITE).findings;
        let expected: Vec<_> = match missing {
            [] => Vec::new(),
            parts => vec![AddressIncomplete(parts.to_vec())],
        };
        assert_eq!(found, expected, "{address:?}");
    }
}

fn code(id: &str, left: Option<i64>) -> ValidationCode {
    ValidationCode {
        id: id.to_owned(),
        organization: String::new(),
        max_creates: None,
        remaining_creates: left,
    }
}

#[test]
fn a_code_that_is_used_up_stops_and_one_that_is_not_listed_was_not_looked_at() {
    let listed = [
        code("012345", Some(0)),
        code("12345", Some(1)),
        code("777", None),
        code("888", Some(-1)),
    ];
    let has = Qualifications::default();
    let of = |typed: &str, codes: Option<&[ValidationCode]>| {
        let typed = GccCode::try_from(typed).unwrap();
        let plan = Plan {
            kind: GovernmentCommunityCloud,
            website: None,
            code: Some(&typed),
        };
        precheck(
            &plan,
            &Known {
                customer: None,
                qualifications: Some(&has),
                codes,
                used_up: None,
                denied_for_good: false,
            },
        )
    };
    for used_up in ["012345", "888"] {
        let result = of(used_up, Some(&listed));
        assert_eq!(result.findings, [CodeUsedUp], "{used_up}");
        assert!(result.stops());
    }
    for left in ["12345", "777"] {
        let result = of(left, Some(&listed));
        assert_eq!(
            (result.findings, result.looked_at),
            (vec![], vec![Conflicts, Code]),
            "{left}"
        );
    }
    for result in [of("999", Some(&listed)), of("012345", None)] {
        assert_eq!(
            (result.findings, result.not_looked_at),
            (vec![], vec![Code])
        );
    }
}

/// A customer with everything against it.
fn doubtful() -> Customer {
    Customer {
        company_name: "test".to_owned(),
        email: Some("office@gmail.com".to_owned()),
        address: Some(Address {
            city: Some("Redmond".to_owned()),
            ..Address::default()
        }),
        ..sound()
    }
}

#[test]
fn what_is_vetted_for_education_only_is_looked_at_for_education_only() {
    let customer = doubtful();
    let has = Qualifications::default();
    for kind in [GovernmentCommunityCloud, StateOwnedEntity] {
        let plan = Plan {
            kind,
            website: None,
            code: None,
        };
        let known = Known {
            customer: Some(&customer),
            qualifications: Some(&has),
            codes: None,
            used_up: Some(true),
            denied_for_good: true,
        };
        let result = precheck(&plan, &known);
        assert_eq!(
            (result.findings, result.looked_at),
            (vec![], vec![Conflicts]),
            "{kind:?}"
        );
        assert_eq!(result.not_looked_at, []);
    }
}

#[test]
fn conflicts_stop_where_they_are_certain_and_warn_where_they_are_not() {
    let table: [(&str, RequestableKind, Finding); 5] = [
        (
            "Education: InReview",
            Education,
            Conflict(Blocker::EducationInReview),
        ),
        (
            "GovernmentCommunityCloud: Approved",
            Education,
            Conflict(Blocker::EducationAfterGcc),
        ),
        (
            "StateOwnedEntity",
            StateOwnedEntity,
            Conflict(Blocker::AlreadyStateOwnedEntity),
        ),
        (
            "StateOwnedEntity",
            GovernmentCommunityCloud,
            Uncertain(Caution::StateOwnedEntityPresent),
        ),
        ("Nonprofit", Education, Uncertain(Caution::NonprofitPresent)),
    ];
    let (customer, website) = (sound(), site("northschool.example"));
    for (has, kind, finding) in table {
        let plan = Plan {
            kind,
            website: Some(&website),
            code: None,
        };
        let current = having(has);
        let known = Known {
            customer: Some(&customer),
            qualifications: Some(&current),
            codes: None,
            used_up: Some(false),
            denied_for_good: false,
        };
        let result = precheck(&plan, &known);
        assert_eq!(result.stops(), matches!(finding, Conflict(_)), "{has}");
        assert_eq!(result.findings, [finding], "{has}");
    }
}

#[test]
fn support_comes_first_where_microsoft_is_not_expected_to_verify_another_request() {
    let (customer, website) = (sound(), site("northschool.example"));
    let none = Qualifications::default();
    let table = [
        (Some(false), false, vec![]),
        (None, false, vec![]),
        (Some(true), false, vec![RequestsUsedUp]),
        (None, true, vec![DeniedForGood]),
        (Some(false), true, vec![DeniedForGood]),
        (Some(true), true, vec![DeniedForGood, RequestsUsedUp]),
    ];
    for (used_up, denied_for_good, findings) in table {
        let plan = Plan {
            kind: Education,
            website: Some(&website),
            code: None,
        };
        let known = Known {
            customer: Some(&customer),
            qualifications: Some(&none),
            codes: None,
            used_up,
            denied_for_good,
        };
        let result = precheck(&plan, &known);
        assert_eq!(result.findings, findings, "{used_up:?} {denied_for_good}");
        assert_eq!(result.asks_for_support(), !findings.is_empty());
        assert!(!result.stops(), "the service decides");
        assert_eq!(result.looked_at.contains(&Requests), used_up.is_some());
        assert_eq!(result.not_looked_at.contains(&Requests), used_up.is_none());
    }
}

#[test]
fn blockers_come_first_and_warnings_alone_stop_nothing() {
    let customer = doubtful();
    let current = having("Education: Approved");
    let plan = Plan {
        kind: Education,
        website: None,
        code: None,
    };
    let known = Known {
        customer: Some(&customer),
        qualifications: Some(&current),
        codes: None,
        used_up: Some(false),
        denied_for_good: false,
    };
    let result = precheck(&plan, &known);
    let expected = [
        Conflict(Blocker::AlreadyEducation),
        WebsiteMissing,
        NamePlaceholder,
        EmailFree {
            domain: "gmail.com".to_owned(),
        },
        AddressIncomplete(vec![Street, PostalCode, Country]),
    ];
    assert_eq!(result.findings, expected);
    let weights: Vec<_> = result.findings.iter().map(Finding::severity).collect();
    assert!(
        weights.is_sorted()
            && weights[1..]
                .iter()
                .all(|weight| *weight == Severity::Warning)
    );
    assert!(result.stops());
    assert!(!education(&customer, None).stops());
}

#[test]
fn a_complete_request_is_a_plan() {
    let request = QualificationRequest::Education {
        segment: EducationSegment::K12,
        website: Some(site("northschool.example")),
    };
    let plan = Plan::from(&request);
    assert_eq!(
        (plan.kind, plan.website.map(Website::host), plan.code),
        (Education, Some("northschool.example"), None)
    );
    let request = QualificationRequest::GovernmentCommunityCloud {
        code: GccCode::try_from("012345").unwrap(),
    };
    let plan = Plan::from(&request);
    assert_eq!(
        (plan.kind, plan.website, plan.code.map(GccCode::as_str)),
        (GovernmentCommunityCloud, None, Some("012345"))
    );
    assert_eq!(
        Plan::from(&QualificationRequest::StateOwnedEntity).kind,
        StateOwnedEntity
    );
}

#[test]
fn the_host_of_a_website_is_what_stands_between_scheme_and_port() {
    let table = [
        ("northschool.example", "northschool.example"),
        ("https://northschool.example/a:b", "northschool.example"),
        ("HTTP://North.example:8080?x#y", "North.example"),
        ("northschool.example:80", "northschool.example"),
        ("northschool.example#x", "northschool.example"),
        (
            "https://northschool.example/?to=https://south.example",
            "northschool.example",
        ),
    ];
    for (typed, host) in table {
        assert_eq!(site(typed).host(), host, "{typed}");
    }
}
