// Files that are dragged over a chat and dropped there.

/**
 * Takes the files that are dropped on `element`, which has the class `dropping` as long as files are held over it.
 * Folders are not taken, only named.
 * @param {HTMLElement} element
 * @param {(files: File[], folders: string[]) => void} onDrop
 */
export function takeDrops(element, onDrop) {
  /**
   * @param {DragEvent} event
   * @param {boolean} isOver
   */
  const mark = (event, isOver) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    element.classList.toggle('dropping', isOver);
  };
  element.addEventListener('dragover', (event) => mark(event, true));
  element.addEventListener('dragleave', (event) => mark(event, false));
  element.addEventListener('drop', (event) => {
    mark(event, false);
    const items = [...(event.dataTransfer?.items ?? [])].filter(({ kind }) => kind === 'file');
    const isFolder = (/** @type {DataTransferItem} */ item) => item.webkitGetAsEntry()?.isDirectory === true;
    const files = items.filter((item) => !isFolder(item)).flatMap((item) => item.getAsFile() ?? []);
    const folders = items.filter(isFolder).map((item) => item.webkitGetAsEntry()?.name ?? '');
    if (items.length > 0) onDrop(files, folders);
  });
}

/** What is dropped beside the chats goes nowhere; the browser would leave the page to show it. */
export function ignoreStrayDrops() {
  for (const kind of /** @type {const} */ (['dragover', 'drop'])) {
    document.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'none';
    });
  }
}
