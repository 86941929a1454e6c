// A few people, their conversations and what they said, made over HTTP before anybody looks.
import { password } from './person.js';

export class Scene {
  constructor(server) {
    this.server = server;
    this.people = new Map();
  }

  async person(username, nickname) {
    const body = { username, password, ...(nickname ? { nickname } : {}) };
    const { token, user } = await this.server.call('POST', '/auth/register', body);
    this.people.set(username, { token, ...user });
    return user;
  }

  // As `username`.
  as(username, method, path, body) {
    return this.server.call(method, path, body, this.people.get(username).token);
  }

  idOf(username) {
    return this.people.get(username).userId;
  }

  // The id of the conversation that two have from now on.
  async friends(one, other) {
    await this.as(one, 'POST', '/friends', { friendId: this.idOf(other) });
    const made = await this.as(one, 'POST', '/conversations', { targetUserId: this.idOf(other) });
    return made.conversationId;
  }

  async group(owner, groupName, ...members) {
    const made = await this.as(owner, 'POST', '/groups',
      { groupName, members: members.map((name) => this.idOf(name)) });
    return made.conversationId;
  }

  async says(username, conversationId, ...contents) {
    for (const content of contents) {
      await this.as(username, 'POST', '/messages', { conversationId, content });
    }
  }
}

// What the pictures show, seen by ada.
export async function lively(server) {
  const scene = new Scene(server);
  await scene.person('ada', 'Ada Lindqvist');
  await scene.person('bob', 'Bob Marlowe');
  await scene.person('xiaoming', '陈小明');
  await scene.person('eve', 'Eve Okonkwo');
  await scene.person('long_name_of_20_chrs', 'Maximiliane-Wilhelmine von Hohenfels-Oberschönau');

  const long = await scene.friends('ada', 'long_name_of_20_chrs');
  await scene.says('long_name_of_20_chrs', long,
    `Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft${'x'.repeat(90)}`);
  const chinese = await scene.friends('ada', 'xiaoming');
  await scene.says('xiaoming', chinese, '你好！明天下午三点开会，地点在二楼会议室。', '记得带上上周的报告。');
  await scene.says('ada', 'world', 'Good morning, everyone');
  await scene.says('eve', 'world', '大家好 👋');
  const group = await scene.group('ada', 'Weekend hikers 周末徒步', 'bob', 'xiaoming', 'eve');
  await scene.says('bob', group, 'Shall we take the ridge path on Saturday?');
  await scene.says('eve', group, 'Yes! The weather looks good.', 'I can bring the stove.');
  await scene.says('xiaoming', group, '我带水果和茶 🍵');
  await scene.says('ada', group,
    'Then let us meet at 7:30 at the station, platform 4.\nhttps://example.org/map?route=ridge');
  const bob = await scene.friends('ada', 'bob');
  await scene.says('bob', bob, 'Did you see the new build?');
  await scene.says('ada', bob, 'Not yet. Is it the one with the faster sync?',
    'Send me the link, I will try it right now.');
  await scene.says('bob', bob, 'Here: https://example.org/builds/412 (the notes are inside)',
    'It starts in under a second on my old laptop, and the history was there before I could look for it. '
    + 'I left it running over the night with the network going up and down, and nothing was missing in the morning.');
  await scene.says('ada', bob, 'Wonderful 🎉');
}
