//! The recipes of `deploy/`, each run for real: its server with TLS on both sides, the app through it, and what must not
//! get through. Must not know how the app is made.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod checks;
mod contract;
mod hostile;
mod hosts;
mod raw;
mod recipe;
mod stand;
mod tls;
mod upstream;

/// What every relay is asked.
macro_rules! relays {
    ($($host:ident: $value:expr,)*) => {$(
        mod $host {
            use crate::checks;

            #[test]
            fn the_app_works_through_it() {
                checks::journey($value);
            }

            #[test]
            fn the_calls_of_the_contract_pass_and_no_others() {
                checks::calls($value);
            }

            #[test]
            fn hostile_requests_do_not_arrive() {
                checks::hostile($value);
            }

            #[test]
            fn only_the_headers_of_the_contract_go_up() {
                checks::headers_up($value);
            }

            #[test]
            fn the_headers_of_the_contract_come_down_and_none_that_harms() {
                checks::headers_down($value);
            }

            #[test]
            fn a_wrong_certificate_of_the_upstream_is_refused() {
                checks::certificates($value);
            }

            #[test]
            fn a_call_that_dies_is_not_repeated() {
                checks::once($value);
            }
        }
    )*};
}

/// What a server is asked that serves the files too.
macro_rules! sites {
    ($($host:ident: $value:expr,)*) => {$(
        mod $host {
            use crate::checks;

            #[test]
            fn files_are_served_with_every_header_and_kept_as_long_as_their_name_allows() {
                checks::files($value);
            }

            #[test]
            fn mozilla_s_observatory_and_csp_evaluator_find_nothing() {
                checks::audit($value);
            }

            #[test]
            fn hostile_requests_over_http_2_do_not_arrive() {
                checks::http_2($value);
            }

            #[test]
            fn plain_http_leads_to_https() {
                checks::plain_http($value);
            }

            #[test]
            fn a_burst_is_slowed_down() {
                checks::burst($value);
            }
        }
    )*};
}

relays! {
    nginx: crate::hosts::NGINX,
    caddy: crate::hosts::CADDY,
    apache: crate::hosts::APACHE,
    function: crate::hosts::RELAY,
}

sites! {
    nginx_site: crate::hosts::NGINX,
    caddy_site: crate::hosts::CADDY,
    apache_site: crate::hosts::APACHE,
}

#[test]
fn every_host_waits_75_seconds_for_partner_center() {
    // The app gives up first, so that it is the app that says what is unknown.
    for (file, setting) in [
        ("nginx.conf", "        proxy_read_timeout 75s;\n"),
        ("nginx.conf", "        proxy_send_timeout 75s;\n"),
        ("Caddyfile", "\t\t\t\t\t\tresponse_header_timeout 75s\n"),
        ("apache.conf", " connectiontimeout=10 timeout=75 "),
        ("relay.mjs", "\nconst TIME_LIMIT = 75_000;\n"),
        (
            "azure/api-management.xml",
            "    <forward-request timeout=\"75\" ",
        ),
    ] {
        let text = recipe::read(&format!("deploy/{file}"));
        assert_eq!(text.matches(setting).count(), 1, "{setting:?} in {file}");
    }
}

#[test]
fn the_app_waits_when_a_host_has_no_time_and_then_goes_on() {
    checks::slowed_down(hosts::NGINX);
}
