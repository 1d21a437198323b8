//! What the app's tabs in one browser agree on: who may do something now, and that something has changed.
//! Must not know what is being done or what has changed.

use crate::clock;
use futures::channel::oneshot;
use futures::future::{self, Either};
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent, VisibilityState};

/// Whether this tab is in front, so that somebody may see it.
pub fn visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Lets the page have its turn amid a long work. A tab that nobody sees goes on at once: there a browser lets timers wait for
/// a second or a minute, and others may wait for the work.
pub async fn breathe() {
    if visible() {
        clock::wait(0.0).await;
    }
}

/// A right that one tab holds at a time (Web Locks API). Dropping it gives it back; so does closing the tab, however.
pub struct Lock {
    _release: Option<oneshot::Sender<()>>,
}

/// Waits for the lock of this name.
pub async fn lock(name: &str) -> Lock {
    let lock = request(name, false).await;
    lock.ok().flatten().unwrap_or(WITHOUT_OTHERS)
}

/// The lock of this name, unless somebody holds it.
pub async fn try_lock(name: &str) -> Option<Lock> {
    request(name, true).await.unwrap_or(Some(WITHOUT_OTHERS))
}

/// Where the browser gives no locks, this tab goes on as if it were the only one.
const WITHOUT_OTHERS: Lock = Lock { _release: None };

/// The lock, or nothing if it is not free. The error is the browser's: it does not give locks here.
async fn request(name: &str, only_if_free: bool) -> Result<Option<Lock>, JsValue> {
    let (granted, outcome) = oneshot::channel();
    let (release, released) = oneshot::channel::<()>();
    let callback = Closure::once_into_js(move |lock: JsValue| -> Promise {
        // Nobody waits any more if the receiver is gone; then the lock is given back at once.
        let wanted = granted.send(!lock.is_null()).is_ok() && !lock.is_null();
        wasm_bindgen_futures::future_to_promise(async move {
            if wanted {
                // An error means that the guard was dropped: the only way in which it ends.
                let _ = released.await;
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &only_if_free.into())?;
    let locks = Reflect::get(&window().navigator(), &"locks".into())?;
    let ask: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
    let asked: Promise = ask
        .call3(&locks, &name.into(), &options, &callback)?
        .dyn_into()?;
    // What was asked for ends when the lock is given back, or at once when it is refused.
    match future::select(outcome, JsFuture::from(asked)).await {
        Either::Left((Ok(true), _)) => Ok(Some(Lock {
            _release: Some(release),
        })),
        Either::Left(_) | Either::Right((Ok(_), _)) => Ok(None),
        Either::Right((Err(refused), _)) => Err(refused),
    }
}

/// Tells the other tabs something, and hears it from them.
pub struct Channel {
    channel: Option<BroadcastChannel>,
    _listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Channel {
    /// Opens the channel of this name. `heard` is given what other tabs say; not what this one says.
    pub fn open(name: &str, heard: impl Fn(String) + 'static) -> Self {
        let listener = Closure::new(move |event: MessageEvent| {
            if let Some(words) = event.data().as_string() {
                heard(words);
            }
        });
        let channel = BroadcastChannel::new(name).ok();
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        }
        Self {
            channel,
            _listener: listener,
        }
    }

    /// Tells all other tabs.
    pub fn tell(&self, words: &str) {
        if let Some(channel) = &self.channel {
            let _ = channel.post_message(&words.into());
        }
    }
}

/// A channel for something that lives as long as the app; a small handle, copied freely.
#[derive(Clone, Copy)]
pub struct Others(StoredValue<Option<Channel>, LocalStorage>);

impl Others {
    /// Nothing is heard or told before [`Others::hear`].
    pub fn new() -> Self {
        Self(StoredValue::new_local(None))
    }

    /// Opens the channel of this name.
    pub fn hear(self, name: &str, heard: impl Fn(String) + 'static) {
        self.0.set_value(Some(Channel::open(name, heard)));
    }

    /// Tells all other tabs.
    pub fn tell(self, words: &str) {
        self.0.try_with_value(|channel| {
            if let Some(channel) = channel {
                channel.tell(words);
            }
        });
    }
}

impl Default for Others {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}
