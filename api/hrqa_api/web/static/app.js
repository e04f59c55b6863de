// The page works without any of this as far as questions and answers go; here it becomes quicker.
import { startBasket } from "./basket.js";
import { startCiting } from "./citing.js";
import { startKeys } from "./keys.js";
import { startLooking } from "./looking.js";
import { startNavigation } from "./navigation.js";
import { startRecent } from "./recent.js";
import { startShortening } from "./shortening.js";

document.documentElement.classList.add("scripted");
startLooking();
startCiting();
startBasket();
startRecent();
startShortening();
startKeys();
startNavigation();
