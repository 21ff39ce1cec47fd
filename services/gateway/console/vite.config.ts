// One page, its routes loaded when they are first opened. What is built has no inline script or style, so that the strictest policy for
// contents can stand; file names carry their digest, so that they may be kept for ever.
import { defineConfig } from 'vite';

export default defineConfig({
    base: '/console/',
    resolve: { alias: { '@api': new URL('./made/api.ts', import.meta.url).pathname } },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
        outDir: 'dist',
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: true,
        manifest: true,
    },
});
