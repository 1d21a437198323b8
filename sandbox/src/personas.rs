//! The people one can sign in as.
//! Must not know how signing in works, nor what an address is.

use uuid::Uuid;

/// The partner's tenant by domain; every name here is made up.
pub const TENANT_DOMAIN: &str = "brightpath-reseller.example";
/// The partner's tenant by ID.
pub const TENANT_ID: &str = "5a0d7c1e-3b52-4f0e-9c66-2f7d8e41b0aa";
/// The client ID of the app's registration in the sandbox.
pub const CLIENT_ID: &str = "0b6f2c58-94d3-4a17-8e0d-c3a5f1728e94";

/// One of the people who can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Persona {
    /// May do everything.
    Admin,
    /// May do everything here as well.
    Sales,
    /// May read, may not request.
    Helpdesk,
    /// Signed in without a second factor: the API refuses the token.
    NoMfa,
    /// Works for an indirect reseller, which has no API access.
    Reseller,
}

impl Persona {
    /// All of them, in the order shown.
    pub const ALL: [Self; 5] = [
        Self::Admin,
        Self::Sales,
        Self::Helpdesk,
        Self::NoMfa,
        Self::Reseller,
    ];

    /// The word used in forms and at the control address.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Sales => "sales",
            Self::Helpdesk => "helpdesk",
            Self::NoMfa => "no-mfa",
            Self::Reseller => "reseller",
        }
    }

    /// The persona that word stands for.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|persona| persona.key() == key)
    }

    /// What the button says.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Admin => "Admin agent",
            Self::Sales => "Sales agent",
            Self::Helpdesk => "Helpdesk agent",
            Self::NoMfa => "Agent without MFA",
            Self::Reseller => "Indirect reseller",
        }
    }

    /// One line that says what is special about this person.
    #[must_use]
    pub fn note(self) -> &'static str {
        match self {
            Self::Admin => "May look up customers and request qualifications",
            Self::Sales => "May look up customers and request qualifications",
            Self::Helpdesk => "May look up customers, may not request",
            Self::NoMfa => "Every call is refused until a second factor was used",
            Self::Reseller => "Has no access to the API at all",
        }
    }

    /// The person's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "Amara Lindqvist",
            Self::Sales => "Tomasz Varga",
            Self::Helpdesk => "Elif Sorensen",
            Self::NoMfa => "Joonas Petrov",
            Self::Reseller => "Maya Castell",
        }
    }

    /// The person's sign-in name.
    #[must_use]
    pub fn user_name(self) -> String {
        format!("{}@{TENANT_DOMAIN}", self.key())
    }

    /// The person's object ID.
    #[must_use]
    pub fn object_id(self) -> Uuid {
        Uuid::from_u128(0x0b1e_c700_0000_4000_8000_0000_0000_0001 + self as u128)
    }

    /// Whether a second factor was used.
    #[must_use]
    pub fn has_mfa(self) -> bool {
        self != Self::NoMfa
    }

    /// Whether the person's role may request qualifications.
    #[must_use]
    pub fn may_request(self) -> bool {
        matches!(self, Self::Admin | Self::Sales)
    }
}
