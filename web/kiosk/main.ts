import { createApp } from 'vue'
import '../shared/tokens.css'
import './kiosk.css'
import App from './App.vue'
import { createKiosk, KIOSK } from './core/kiosk.ts'

const kiosk = createKiosk()
createApp(App).provide(KIOSK, kiosk).mount('#app')
kiosk.start()
