//! What a failed call means for the person: one typed diagnosis from its code, status and operation. Pure.
//! Must not know how a diagnosis is worded.

use super::{
    error::{Error, ErrorKind, Operation, Unexpected},
    silence::Silence,
};

/// Why a call failed, told apart as far as what to do next differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Diagnosis {
    // Nothing came back.
    /// The caller gave up on it.
    Stopped,
    /// The browser is offline.
    Offline,
    /// The site's own policy forbids the call.
    Blocked,
    /// The site itself does not answer.
    SiteUnreachable,
    /// The site has no relay to Partner Center.
    RelayMissing,
    /// The connection broke on the way.
    ConnectionLost,
    /// No answer, and no way to find out why.
    Unexplained,
    /// No answer in time.
    TimedOut,

    // What came back is no answer of Partner Center's.
    /// A web page came back.
    WebPage,
    /// Anything else that cannot be read.
    Unreadable,
    /// Nothing is at the address that was asked.
    NothingThere,
    /// The address is there, and does not take this kind of call.
    MethodRefused,

    // The sign-in.
    /// There was no token to send: the person has to sign in.
    SignInEnded,
    /// There was no token to send, since the authority did not answer.
    SignInUnreachable,
    /// The token was refused without a reason: it is over, or lacks multifactor authentication.
    SignInOrMfa,
    /// The token lacks multifactor authentication.
    MfaMissing,
    /// The token was refused as a token.
    TokenRefused,
    /// The call arrived without a token.
    TokenLost,
    /// The token was made out for a retired address of Partner Center.
    AudienceRetired,
    /// The app is of a kind that may not make this call.
    AppNotAccepted,

    // What the person may do.
    /// The person's role does not allow reading.
    RoleMissing,
    /// The person's role does not allow requesting.
    MayNotRequest,
    /// A Conditional Access policy forbids it.
    ConditionalAccess,
    /// The action is not allowed here.
    ActionNotAllowed,
    /// Forbidden, for a reason that is only in the service's words.
    NotAllowed,

    // The partner.
    /// The partner itself has not accepted the Microsoft Partner Agreement.
    AgreementMissing,
    /// The customer's reseller has not accepted the Microsoft Partner Agreement.
    ResellerAgreementMissing,
    /// The partner's programme is not active, or does not include the API.
    ProgrammeInactive,
    /// The partner is not set up to sell in the country or region.
    NotOnboarded,
    /// The organisation signed in with is no partner.
    PartnerUnknown,

    // The customer.
    /// The partner and the customer have no relationship.
    NoRelationship,
    /// There is no such customer.
    CustomerUnknown,
    /// The customer is locked.
    CustomerLocked,
    /// The customer's account, which is not a qualification, is under review.
    AccountUnderReview,
    /// The customer's account, which is not a qualification, is not approved.
    AccountNotApproved,

    // What was sent.
    /// Something in it is not valid.
    InvalidInput,
    /// A value in it is not known to the service.
    ValueUnknown,
    /// The operation is not supported.
    NotSupported,
    /// The operation does not exist in this environment.
    WrongEnvironment,
    /// A limit of a sandbox account is met.
    SandboxLimit,
    /// A precondition failed.
    ConditionFailed,
    /// Something changed meanwhile.
    ChangedMeanwhile,
    /// Refused, for a reason that is only in the service's words.
    Refused,
    /// Refused without a word.
    RefusedSilently,

    // The service.
    /// Too many calls.
    Throttled,
    /// The service failed.
    ServiceFault,
}

use Diagnosis::*;

/// Every documented code that can reach the calls made here, with its HTTP status (Partner Center docs:
/// error-codes). Codes of other calls (purchases, profiles, agreements …) are left out on purpose: they would be
/// explained wrongly here.
pub const CODES: [(&str, u16, Diagnosis); 40] = [
    ("0", 501, ServiceFault),
    ("400", 401, SignInOrMfa),
    ("1000", 404, CustomerUnknown),
    ("1002", 403, RoleMissing),
    ("2030", 403, NotOnboarded),
    ("2032", 403, RoleMissing),
    ("2055", 400, ChangedMeanwhile),
    ("3000", 400, InvalidInput),
    ("3000", 404, CustomerUnknown),
    ("10001", 401, MfaMissing),
    ("20002", 403, NoRelationship),
    ("60003", 404, CustomerUnknown),
    ("90000", 403, TokenRefused),
    ("600006", 403, ActionNotAllowed),
    ("800001", 401, TokenLost),
    ("800002", 400, InvalidInput),
    ("800003", 500, ServiceFault),
    ("800015", 404, PartnerUnknown),
    ("800018", 400, SandboxLimit),
    ("800036", 417, ConditionFailed),
    ("800039", 403, ProgrammeInactive),
    ("800042", 400, NotSupported),
    ("800073", 403, AccountUnderReview),
    ("800074", 403, AccountUnderReview),
    ("800075", 403, AccountNotApproved),
    ("900118", 400, CustomerUnknown),
    ("900123", 403, ResellerAgreementMissing),
    ("900124", 403, AgreementMissing),
    ("900126", 400, ValueUnknown),
    ("900127", 400, WrongEnvironment),
    ("900141", 400, NotSupported),
    ("900149", 403, ProgrammeInactive),
    ("900150", 403, RoleMissing),
    ("900192", 500, ServiceFault),
    ("900308", 403, RoleMissing),
    ("900309", 403, ConditionalAccess),
    ("900329", 403, AppNotAccepted),
    ("900416", 403, CustomerLocked),
    ("900420", 401, AudienceRetired),
    ("900421", 401, MfaMissing),
];

/// Short numbers that mean one thing with their documented status, and something else or nothing with another.
const ONLY_WITH_STATUS: [&str; 3] = ["0", "400", "3000"];

impl Diagnosis {
    /// Every diagnosis, in the order of their declaration.
    pub const ALL: [Diagnosis; ServiceFault as usize + 1] = [
        Stopped,
        Offline,
        Blocked,
        SiteUnreachable,
        RelayMissing,
        ConnectionLost,
        Unexplained,
        TimedOut,
        WebPage,
        Unreadable,
        NothingThere,
        MethodRefused,
        SignInEnded,
        SignInUnreachable,
        SignInOrMfa,
        MfaMissing,
        TokenRefused,
        TokenLost,
        AudienceRetired,
        AppNotAccepted,
        RoleMissing,
        MayNotRequest,
        ConditionalAccess,
        ActionNotAllowed,
        NotAllowed,
        AgreementMissing,
        ResellerAgreementMissing,
        ProgrammeInactive,
        NotOnboarded,
        PartnerUnknown,
        NoRelationship,
        CustomerUnknown,
        CustomerLocked,
        AccountUnderReview,
        AccountNotApproved,
        InvalidInput,
        ValueUnknown,
        NotSupported,
        WrongEnvironment,
        SandboxLimit,
        ConditionFailed,
        ChangedMeanwhile,
        Refused,
        RefusedSilently,
        Throttled,
        ServiceFault,
    ];

    /// What a failed call means: by the service's code where it is a documented one, else by what else is known.
    pub fn of(error: &Error) -> Diagnosis {
        // What comes with a success is no reason for a refusal.
        let status = error.status.filter(|status| *status >= 400);
        let by_code = error.code.as_deref().zip(status);
        let by_code = by_code.and_then(|(code, status)| documented(code.trim(), status));
        match (by_code.unwrap_or_else(|| by_kind(error)), error.operation) {
            (RoleMissing, Operation::RequestQualification) => MayNotRequest,
            // These name no customer, so none can be missing.
            (
                CustomerUnknown,
                Operation::Search | Operation::ValidationCodes | Operation::AuditRecords,
            ) => NothingThere,
            (diagnosis, _) => diagnosis,
        }
    }

    /// Whether the likeliest cause is how the site or the app is set up, so that its administrator has to look.
    pub fn suspects_set_up(self) -> bool {
        matches!(
            self,
            Blocked
                | RelayMissing
                | Unexplained
                | WebPage
                | NothingThere
                | MethodRefused
                | TokenLost
                | AudienceRetired
                | AppNotAccepted
        )
    }

    /// Whether signing in afresh is the person's own remedy.
    pub fn wants_sign_in(self) -> bool {
        matches!(self, SignInOrMfa | MfaMissing | TokenRefused)
    }
}

fn documented(code: &str, status: u16) -> Option<Diagnosis> {
    let exactly = |row: &&(&str, u16, _)| row.0 == code && row.1 == status;
    let anyhow = |row: &&(&str, u16, _)| row.0 == code && !ONLY_WITH_STATUS.contains(&code);
    let row = CODES.iter().find(exactly);
    row.or_else(|| CODES.iter().find(anyhow)).map(|row| row.2)
}

fn by_kind(error: &Error) -> Diagnosis {
    match error.kind {
        ErrorKind::Cancelled => Stopped,
        ErrorKind::NoAnswer(Silence::Offline) => Offline,
        ErrorKind::NoAnswer(Silence::Blocked) => Blocked,
        ErrorKind::NoAnswer(Silence::SiteUnreachable) => SiteUnreachable,
        ErrorKind::NoAnswer(Silence::RelayMissing) => RelayMissing,
        ErrorKind::NoAnswer(Silence::ConnectionLost) => ConnectionLost,
        ErrorKind::NoAnswer(Silence::Unexplained) => Unexplained,
        ErrorKind::TimedOut => TimedOut,
        ErrorKind::Throttled => Throttled,
        ErrorKind::SignInNeeded if error.status.is_none() => SignInEnded,
        ErrorKind::SignInNeeded => SignInOrMfa,
        ErrorKind::SignInUnreachable => SignInUnreachable,
        ErrorKind::MfaNeeded => MfaMissing,
        ErrorKind::NotAllowed => NotAllowed,
        ErrorKind::NotFound => CustomerUnknown,
        ErrorKind::Conflict => ChangedMeanwhile,
        ErrorKind::Refused | ErrorKind::ServiceFailed
            if matches!(error.status, Some(405 | 501)) =>
        {
            MethodRefused
        }
        ErrorKind::Refused if error.message.is_none() => RefusedSilently,
        ErrorKind::Refused => Refused,
        ErrorKind::ServiceFailed => ServiceFault,
        ErrorKind::UnexpectedAnswer(Unexpected::WebPage) => WebPage,
        ErrorKind::UnexpectedAnswer(_) => Unreadable,
    }
}
