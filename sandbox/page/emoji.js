// Emoji by name: the ones that people and apps use most.

const TABLE = `
smile:😄 smiley:😃 grinning:😀 grin:😁 laughing:😆 satisfied:😆 sweat_smile:😅 joy:😂 rofl:🤣 slightly_smiling_face:🙂
simple_smile:🙂 upside_down_face:🙃 wink:😉 blush:😊 innocent:😇 heart_eyes:😍 star-struck:🤩 kissing_heart:😘 yum:😋
stuck_out_tongue:😛 stuck_out_tongue_winking_eye:😜 hugging_face:🤗 thinking_face:🤔 shushing_face:🤫 neutral_face:😐
expressionless:😑 no_mouth:😶 smirk:😏 unamused:😒 face_with_rolling_eyes:🙄 grimacing:😬 relieved:😌 pensive:😔
sleepy:😪 sleeping:😴 mask:😷 exploding_head:🤯 partying_face:🥳 sunglasses:😎 nerd_face:🤓 confused:😕 worried:😟
open_mouth:😮 astonished:😲 flushed:😳 pleading_face:🥺 fearful:😨 cry:😢 sob:😭 scream:😱 disappointed:😞 sweat:😓
weary:😩 tired_face:😫 triumph:😤 angry:😠 rage:😡 skull:💀 robot_face:🤖 wave:👋 raised_hand:✋ ok_hand:👌 v:✌️
crossed_fingers:🤞 point_left:👈 point_right:👉 point_up:☝️ point_up_2:👆 point_down:👇 +1:👍 thumbsup:👍 -1:👎
thumbsdown:👎 fist:✊ facepunch:👊 punch:👊 clap:👏 raised_hands:🙌 open_hands:👐 handshake:🤝 pray:🙏 writing_hand:✍️
muscle:💪 eyes:👀 brain:🧠 bust_in_silhouette:👤 busts_in_silhouette:👥 runner:🏃 dancer:💃 heart:❤️ orange_heart:🧡
yellow_heart:💛 green_heart:💚 blue_heart:💙 purple_heart:💜 broken_heart:💔 sparkling_heart:💖 100:💯 boom:💥 dizzy:💫
speech_balloon:💬 thought_balloon:💭 zzz:💤 star:⭐ star2:🌟 sparkles:✨ zap:⚡ fire:🔥 sunny:☀️ rainbow:🌈 cloud:☁️
snowflake:❄️ droplet:💧 ocean:🌊 earth_americas:🌎 seedling:🌱 evergreen_tree:🌲 herb:🌿 four_leaf_clover:🍀
cherry_blossom:🌸 rose:🌹 sunflower:🌻 dog:🐶 cat:🐱 unicorn_face:🦄 bee:🐝 turtle:🐢 whale:🐳 apple:🍎 pizza:🍕 coffee:☕
beer:🍺 beers:🍻 clinking_glasses:🥂 champagne:🍾 wine_glass:🍷 cake:🍰 birthday:🎂 cookie:🍪 taco:🌮 popcorn:🍿 tada:🎉
confetti_ball:🎊 balloon:🎈 gift:🎁 trophy:🏆 medal:🏅 first_place_medal:🥇 second_place_medal:🥈 third_place_medal:🥉
soccer:⚽ dart:🎯 game_die:🎲 art:🎨 musical_note:🎵 microphone:🎤 headphones:🎧 car:🚗 truck:🚚 airplane:✈️ rocket:🚀
ship:🚢 house:🏠 office:🏢 hospital:🏥 bank:🏦 factory:🏭 watch:⌚ iphone:📱 computer:💻 keyboard:⌨️ email:📧 envelope:✉️
incoming_envelope:📨 inbox_tray:📥 outbox_tray:📤 package:📦 phone:☎️ telephone:☎️ telephone_receiver:📞 calling:📲
bulb:💡 mag:🔍 mag_right:🔎 lock:🔒 unlock:🔓 key:🔑 hammer:🔨 wrench:🔧 hammer_and_wrench:🛠️ gear:⚙️ link:🔗 paperclip:📎
scissors:✂️ pushpin:📌 round_pushpin:📍 triangular_flag_on_post:🚩 checkered_flag:🏁 calendar:📆 date:📅
spiral_calendar_pad:🗓️ card_index:📇 clipboard:📋 memo:📝 pencil:📝 pencil2:✏️ book:📖 books:📚 bookmark:🔖 newspaper:📰
page_facing_up:📄 file_folder:📁 open_file_folder:📂 bar_chart:📊 chart_with_upwards_trend:📈
chart_with_downwards_trend:📉 moneybag:💰 money_with_wings:💸 dollar:💵 euro:💶 pound:💷 credit_card:💳 bell:🔔
no_bell:🔕 loudspeaker:📢 mega:📣 hourglass:⌛ hourglass_flowing_sand:⏳ alarm_clock:⏰ stopwatch:⏱️ clock9:🕘
warning:⚠️ no_entry:⛔ no_entry_sign:🚫 rotating_light:🚨 construction:🚧 question:❓ grey_question:❔ exclamation:❗
heavy_exclamation_mark:❗ bangbang:‼️ information_source:ℹ️ white_check_mark:✅ heavy_check_mark:✔️
ballot_box_with_check:☑️ x:❌ negative_squared_cross_mark:❎ heavy_plus_sign:➕ heavy_minus_sign:➖ arrow_right:➡️
arrow_left:⬅️ arrow_up:⬆️ arrow_down:⬇️ arrow_upper_right:↗️ leftwards_arrow_with_hook:↩️
arrows_counterclockwise:🔄 repeat:🔁 red_circle:🔴 large_orange_circle:🟠 large_yellow_circle:🟡 large_green_circle:🟢
large_blue_circle:🔵 large_purple_circle:🟣 white_circle:⚪ black_circle:⚫ large_green_square:🟩
large_yellow_square:🟨 large_red_square:🟥 white_large_square:⬜ black_large_square:⬛ one:1️⃣ two:2️⃣ three:3️⃣
four:4️⃣ five:5️⃣ six:6️⃣ seven:7️⃣ eight:8️⃣ nine:9️⃣ keycap_ten:🔟 hash:#️⃣ end:🔚 new:🆕 ok:🆗 sos:🆘 up:🆙
`;

const CHARACTERS = new Map(
  TABLE.trim()
    .split(/\s+/)
    .map((entry) => {
      const colon = entry.indexOf(":");
      return [entry.slice(0, colon), entry.slice(colon + 1)];
    }),
);

const SKIN_TONES = ["", "", "🏻", "🏼", "🏽", "🏾", "🏿"];

/** The emoji offered before a search. */
export const FREQUENT = ["+1", "tada", "clap", "raised_hands", "heart", "eyes", "white_check_mark", "rocket"];

/** The character of a name, with a skin tone 2 to 6, or null when the name is unknown. */
export function emojiCharacter(name, tone = 0) {
  const character = CHARACTERS.get(name);
  return character ? character + (SKIN_TONES[tone] ?? "") : null;
}

/** Names that contain the words, at most `count`. */
export function findEmoji(words, count) {
  const wanted = words.trim().toLowerCase().replace(/\s+/g, "_");
  return [...CHARACTERS.keys()].filter((name) => name.includes(wanted)).slice(0, count);
}
