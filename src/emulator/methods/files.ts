// Files: sendDocument, sendPhoto, getFile.

import { readFile } from 'node:fs/promises';
import type { File, Message } from 'grammy/types';
import type { Arguments, UploadedFile } from '../arguments.ts';
import { badRequest } from '../bot-error.ts';
import { fileContent } from '../compose-message.ts';
import type { FileKind, StoredFile } from '../file-store.ts';
import { readImageSize } from '../image-size.ts';
import type { ImageSize } from '../image-size.ts';
import type { World } from '../world.ts';
import { postAsBot, readCaption } from './messages.ts';
import type { MethodCall } from './method.ts';
import { findOpenChat } from './targets.ts';

const maxPhotoBytes = 10 << 20;
const maxPhotoSides = 10_000;
const maxPhotoRatio = 20;
const maxDownloadBytes = 20 << 20;

/** sendDocument. */
export function sendDocument(call: MethodCall): Promise<Message> {
  return sendFile(call, 'document');
}

/** sendPhoto. */
export function sendPhoto(call: MethodCall): Promise<Message> {
  return sendFile(call, 'photo');
}

/** getFile: where the file can be downloaded, if it has at most 20 MB. */
export function getFile({ world, args }: MethodCall): File {
  if (!args.has('file_id')) throw badRequest('file_id not specified');
  const file = world.files.byId(args.text('file_id'));
  if (!file) throw badRequest('wrong file_id or the file is temporarily unavailable');
  if (file.size > maxDownloadBytes) throw badRequest('file is too big');
  return {
    file_id: file.fileId,
    file_unique_id: file.uniqueId,
    file_size: file.size,
    file_path: file.remotePath,
  };
}

async function sendFile({ world, args }: MethodCall, kind: FileKind): Promise<Message> {
  const chat = findOpenChat(world, args);
  const caption = readCaption(args);
  const file = await findFile(world, args, kind);
  return postAsBot(world, chat, args, fileContent(file, caption));
}

/** The file that the argument named after its kind means: an upload, an address or a file_id. */
async function findFile(world: World, args: Arguments, kind: FileKind): Promise<StoredFile> {
  const value = args.text(kind);
  const field = value.startsWith('attach://') ? value.slice('attach://'.length) : kind;
  const upload = args.files.get(field);
  if (upload) return storeUpload(world, args, kind, field, upload);
  if (value === '' || value.startsWith('attach://')) throw badRequest(`there is no ${kind} in the request`);
  if (/^https?:/i.test(value)) throw urlError(value);
  const file = world.files.byId(value);
  if (!file) throw badRequest('wrong file identifier/HTTP URL specified');
  if (file.kind !== kind) {
    throw badRequest(`can't use file of type ${typeNames[file.kind]} as ${typeNames[kind]}`);
  }
  return file;
}

const typeNames: Record<FileKind, string> = { document: 'Document', photo: 'Photo' };

/** The emulator fetches nothing: an address always fails, the way Telegram says it. */
function urlError(url: string): Error {
  return badRequest(URL.canParse(url) ? 'failed to get HTTP URL content' : 'wrong HTTP URL specified');
}

async function storeUpload(
  world: World,
  args: Arguments,
  kind: FileKind,
  field: string,
  { name, type, size, path }: UploadedFile,
): Promise<StoredFile> {
  if (size === 0) throw badRequest('file must be non-empty');
  const dimensions = kind === 'photo' ? await checkPhoto(path, size) : undefined;
  args.claim(field);
  return world.files.add({ kind, name, type, size, path, ...dimensions });
}

async function checkPhoto(path: string, size: number): Promise<ImageSize> {
  if (size > maxPhotoBytes) {
    throw badRequest(
      `file of size ${size} bytes is too big for a photo; the maximum size is ${maxPhotoBytes} bytes`,
    );
  }
  const dimensions = readImageSize(await readFile(path));
  if (!dimensions) throw badRequest('IMAGE_PROCESS_FAILED');
  const { width, height } = dimensions;
  const ratio = Math.max(width, height) / Math.min(width, height);
  if (width + height > maxPhotoSides || !(ratio <= maxPhotoRatio))
    throw badRequest('PHOTO_INVALID_DIMENSIONS');
  return dimensions;
}
