// Files that are dragged over a chat and dropped there.

/**
 * Takes the files that are dropped on `element`, which has the class `dropping` as long as files are held over it.
 * @param {HTMLElement} element
 * @param {(files: FileList) => void} onFiles
 */
export function takeDrops(element, onFiles) {
  /**
   * @param {DragEvent} event
   * @param {boolean} isOver
   */
  const mark = (event, isOver) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    element.classList.toggle('dropping', isOver);
  };
  element.addEventListener('dragover', (event) => mark(event, true));
  element.addEventListener('dragleave', (event) => mark(event, false));
  element.addEventListener('drop', (event) => {
    mark(event, false);
    if (event.dataTransfer?.files.length) onFiles(event.dataTransfer.files);
  });
}
